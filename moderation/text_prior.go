package moderation

// What a [TextModel] knows before it has learned from anybody: comments of no site in particular, made up for this. They are few and short on
// purpose: they teach what most spam looks like (an offer, a promise, an address, a hurry), not what a blog is about, and the owner's decisions soon
// outweigh them. To change them, run `go test ./moderation ./data` and `dimmer-bench spam`.
var (
	priorSpam = []Submission{
		{Name: "Cheap Meds Online", Text: "Buy cheap pills online without prescription, fast delivery worldwide! Order now at https://pills.example/order?id=88"},
		{Name: "Best Casino 777", Text: "PLAY NOW and win big!!! 200% bonus for new players, free spins every day: www.luckyspins.example"},
		{Name: "Fast Loans", Text: "Do you need an urgent loan? We offer loans from $5,000 to $500,000 at 2% interest. Contact us today by e-mail: quickloan@lender.example"},
		{Name: "SEO Expert", Text: "Hello admin, I can bring your website to the first page of Google. Real traffic, best price, guaranteed results. Visit https://rank.example now"},
		{Name: "Anna", Text: "I earn $4,500 a week working from home, just two hours a day! Click here to start: http://earn.example/start/join"},
		{Name: "crypto_king99", Text: "Double your bitcoin in 24 hours, 100% safe and guaranteed profit, join our group now t.me/profit"},
		{Name: "Sweet Julia", Text: "Lonely tonight? Hot singles near you are waiting, see my photos here http://date.example/julia"},
		{Name: "Outlet Store", Text: "Luxury watches and designer bags, 80% OFF today only!!! Free shipping >>> https://outlet.example/sale/?ref=221"},
		{Name: "Dr. Healing", Text: "My husband left me and a great doctor brought him back with his powerful spell. Contact him on WhatsApp +1 555 010 9988, he can help you too"},
		{Name: "essay helper", Text: "Need help with your essay? Professional writers, low price, order here https://essay.example"},
		{Name: "web design", Text: "Nice post! Thanks for sharing this great information. Visit my website https://design.example/services for more"},
		{Name: "John Smith", Text: "Great article, very informative. I have bookmarked it. Check my blog too: www.myblog.example"},
		{Name: "promo", Text: "Please visit my page and follow me, I follow back everybody!!! Thank you"},
		{Name: "newcomer", Text: "Hey everyone, I am new here, please support me and share my work with your friends, it means a lot! Link is in my profile"},
		{Name: "Free Gift", Text: "Get your FREE gift card now, limited time only, just enter your e-mail at http://gift.example/win"},
		{Name: "hack pro", Text: "I got my stolen money back thanks to this professional hacker, write to him: recovery@hack.example, he is fast and reliable"},
		{Name: "Traffic Bot", Text: "Buy followers and likes, 10,000 for only $9.99! Best quality, instant delivery. https://boost.example"},
		{Name: "Mike", Text: "if you want to make easy money online visit this site http://easy.example/?r=mike77 it really works"},
		{Name: "weight loss", Text: "Lose 20 pounds in two weeks with this simple trick!! Doctors hate it. Try it for free https://slim.example/trial"},
		{Name: "software keys", Text: "Download full version free, keys and cracks for all programs: http://keys.example/download.html"},
		{Name: "Günstig Kaufen", Text: "Jetzt günstig kaufen, ohne Rezept, schneller Versand! Hier klicken: https://kaufen.example/angebot"},
		{Name: "Kredit24", Text: "Sofortkredit ohne Schufa, jetzt anfragen, Geld in 24 Stunden auf dem Konto, https://kredit.example"},
		{Name: "Casino en ligne", Text: "Gagnez de l'argent facilement, bonus gratuit pour tous, inscrivez-vous ici https://jeux.example/bonus"},
		{Name: "Ofertas", Text: "Gana dinero desde casa, haz clic aquí y empieza hoy gratis: https://dinero.example"},
		{Name: "Alex Promo", Text: "LOOK AT MY NEW PAGE!!! PLEASE SHARE!!! https://page.example/alex"},
		{Name: "invest today", Text: "Who else wants to retire early? My broker turned $500 into $9,700 in one week. Message her now on Telegram @broker_lisa"},
		{Name: "tech deals", Text: "<a href=\"https://phones.example\">cheap phones</a> [url=https://phones.example]best phones[/url] buy now"},
		{Name: "xkjwq", Text: "http://a.example/1 http://a.example/2 http://a.example/3"},
	}
	priorHam = []Submission{
		{Name: "Marie", Text: "Thank you, that helped me a lot."},
		{Name: "Tom", Text: "I tried this yesterday and it works, but only after a restart. Do you know why?"},
		{Name: "Ingrid Solberg", Text: "I disagree with the second paragraph: my grandmother did it the other way round, and nobody ever complained."},
		{Name: "pete", Text: "lol same here"},
		{Name: "Anonymous", Text: "So true!!! I laughed out loud when I got to the end."},
		{Name: "Karim", Text: "There is a typo in the third sentence, it should be \"their\"."},
		{Name: "Lena", Text: "What a beautiful post. It made me think of my father, who would have liked it."},
		{Name: "J. Carter", Text: "The documentation says something else, see https://docs.example/manual/chapter-3. Which of the two is right?"},
		{Name: "Bea", Text: "I wrote about the same thing last year from another side: https://bea.example/2023/walks. We do not agree on everything, and that is fine."},
		{Name: "Sam", Text: "Does anybody know if this still works in the new version?"},
		{Name: "Olga", Text: "No. That is simply wrong, and you know it."},
		{Name: "Hugo", Text: "First time I comment here. I have read you for years, in the train mostly, and wanted to say that I miss the older, longer posts."},
		{Name: "nina", Text: "this made my day, thanks :)"},
		{Name: "Walter", Text: "We paid 40 euros for it in 2019, now it is 85. I will repair the old one."},
		{Name: "Priya", Text: "Could you explain the last step? I do not see where the 12 comes from."},
		{Name: "Frank", Text: "Great stuff. I cannot wait for part two!"},
		{Name: "Elsa", Text: "WHAT? I never knew that!"},
		{Name: "Jonas", Text: "Danke, das hat mir sehr geholfen. Wie lange muss der Teig denn ruhen?"},
		{Name: "Petra", Text: "Das sehe ich anders: bei uns im Dorf war es genau umgekehrt."},
		{Name: "Amélie", Text: "Merci beaucoup pour cet article, je ne savais pas que c'était si simple."},
		{Name: "Lucía", Text: "Muchas gracias, me ha gustado mucho. ¿Hay una segunda parte?"},
		{Name: "dave", Text: "my phone shows it differently, the picture is cut off on the right side"},
		{Name: "Rosa", Text: "I have been looking for this recipe for ten years. My children ate all of it in one evening, I got nothing."},
		{Name: "Ben", Text: "That chapter is the best one, I have read it twice."},
		{Name: "K.", Text: "Still one of my favourites after all these years"},
		{Name: "Yusuf", Text: "You can turn it off in the settings, under display. It took me an hour to find."},
		{Name: "Clara", Text: "@Tom I had that too. Clear the cache first, then try again."},
		{Name: "Ida", Text: "Here are my notes if they are of use to somebody: https://notes.example/ida/bread"},
		{Name: "Mo", Text: "❤️❤️"},
	}
)

// priorPasses is how often the prior is gone through: seldom, so that it never sounds sure.
const priorPasses = 3

func (m *TextModel) studyPrior() {
	for range priorPasses {
		for i := range max(len(priorSpam), len(priorHam)) {
			if i < len(priorSpam) {
				m.study(ExtractTextFeatures(priorSpam[i]), true)
			}
			if i < len(priorHam) {
				m.study(ExtractTextFeatures(priorHam[i]), false)
			}
		}
	}
	clear(m.gradients) // whoever decides first is heard as if nobody had spoken before
	m.biasSum = 0
}
