/**
 * What everyday pictures show, by group. Each label is a plain noun phrase that fits into "a photo of …"; none is
 * a mere synonym or special case of another, so that probabilities are not split for nothing.
 */
const GROUPS = {
  pets: `
    dog, cat, rabbit, hamster, parrot, aquarium fish, turtle`,
  "farm animals": `
    horse, cow, sheep, goat, pig, chicken, duck`,
  "wild animals": `
    elephant, giraffe, zebra, lion, tiger, bear, panda, polar bear, wolf, fox, deer, camel,
    kangaroo, monkey, gorilla, squirrel, mouse, hippopotamus, rhinoceros`,
  birds: `
    eagle, owl, penguin, flamingo, swan, pigeon, songbird`,
  "sea and small animals": `
    dolphin, whale, shark, seal, octopus, jellyfish, crab, lobster, starfish, coral reef, frog,
    snake, lizard, crocodile, butterfly, bee, spider, dragonfly`,
  meals: `
    pizza, hamburger, french fries, hot dog, sandwich, pasta, noodles, sushi, soup, salad, steak,
    fried egg, rice, curry, tacos, pancakes, barbecue, breakfast`,
  "sweets and baking": `
    cake, birthday cake, cookies, donut, ice cream, chocolate, bread`,
  "fruit and vegetables": `
    apple, banana, orange, lemon, strawberries, grapes, watermelon, pineapple, tomato, carrot,
    broccoli, pumpkin, mushroom`,
  drinks: `
    cup of coffee, cup of tea, glass of wine, glass of beer, cocktail, water bottle`,
  people: `
    man, woman, child, baby, elderly person, family portrait, couple, group of friends, crowd of
    people, selfie, face close-up, hands, bride and groom, soldier, police officer, musician,
    dancer, statue of a person`,
  activities: `
    people eating, people dancing, person cooking, person reading, person running, person climbing,
    person riding a bicycle, person riding a horse, person swimming, person fishing, person taking a
    photo, person working on a computer, person playing guitar, person playing piano, person
    painting, person doing yoga, children playing, person walking a dog`,
  sports: `
    soccer match, basketball game, baseball game, tennis, ice hockey, skiing, snowboarding,
    skateboarding, surfing, motor racing, martial arts, swimming pool, stadium, gym`,
  events: `
    wedding, birthday party, christmas tree, halloween costume, fireworks, concert, festival,
    protest, classroom, amusement park`,
  nature: `
    beach, ocean waves, mountain, snowy mountain, forest, desert, lake, river, waterfall, island,
    cliff, cave, meadow, rocks, sunset, blue sky, clouds, lightning, rainbow, fog, snow, night sky
    with stars, moon, northern lights, autumn leaves, underwater scene`,
  plants: `
    tree, palm tree, flower, rose, sunflower, tulip, daisy, cherry blossom, cactus, grass, garden,
    wheat field, bouquet of flowers`,
  places: `
    city skyline, city at night, street, skyscraper, house, castle, church, temple, bridge, tower,
    lighthouse, windmill, barn, monument, market, shop, supermarket, restaurant, cafe, library,
    museum, school building, factory, construction site, airport, train station, harbor, parking
    lot, gas station, road, highway, tunnel, park, playground, farm`,
  rooms: `
    kitchen, living room, bedroom, bathroom, dining room, office, hallway, stairs, garage, balcony,
    laundry room`,
  vehicles: `
    car, sports car, taxi, police car, ambulance, fire truck, bus, truck, motorcycle, bicycle,
    train, airplane, helicopter, hot air balloon, sailboat, motorboat, cruise ship, canoe, tractor,
    excavator, rocket`,
  household: `
    chair, couch, table, desk, bed, bookshelf, lamp, candle, mirror, window, door, clock,
    refrigerator, oven, washing machine, toilet, vase, bottle, knife, teapot, box, trash can`,
  "things and tools": `
    smartphone, laptop, computer keyboard, monitor, television, camera, headphones, game controller,
    microphone, circuit board, book, newspaper, pen, scissors, backpack, suitcase, umbrella, key,
    coins, banknotes, hammer, medicine, balloon, teddy bear, building bricks, chess board, playing
    cards, ball, tent, guitar, piano, flag, gift box, trophy`,
  clothing: `
    dress, t-shirt, shirt, sweater, jacket, coat, jeans, shorts, skirt, suit, hat, shoes, sneakers,
    boots, high heels, sandals, socks, glasses, sunglasses, wristwatch, ring, necklace, earrings,
    handbag`,
  documents: `
    document with text, handwritten note, receipt, form, identity card, ticket, magazine cover,
    menu, poster, road sign, shop sign, whiteboard, presentation slide, chart, diagram, map, floor
    plan, qr code, barcode, calendar, license plate`,
  screenshots: `
    screenshot of a website, screenshot of a chat, screenshot of a phone, screenshot of computer
    code, screenshot of a video game, screenshot of a spreadsheet, screenshot of a social media post`,
  "drawings and art": `
    drawing, pencil sketch, cartoon, comic strip, oil painting, watercolor painting, meme with text,
    emoji, smiling face emoji, logo, sticker, graffiti, tattoo, 3d rendering, abstract pattern,
    black and white photo, x-ray image, satellite image, heart shape`,
} as const;

export const EVERYDAY_LABELS: readonly string[] = Object.values(GROUPS).flatMap((lines) =>
  lines.trim().replace(/\s+/g, " ").split(", "),
);
