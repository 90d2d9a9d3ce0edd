//! Messages with lists, and frames, that are written where they go.

mod common;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;
use std::time::Duration;

use common::deployment::{Deployment, Kind, for_each_kind};
use common::{PATIENCE, Tick, tick};
use mycelium::{
    Enum, FramePublisher, Loan, Message, MessageBus, Options, PublishError, Publisher, Qos, Struct,
    UpdateError, WhenFull, is_lending,
};

for_each_kind!(
    lists_that_are_filled_arrive,
    what_is_given_up_leaves_no_gap,
    frames_that_are_filled_arrive,
    what_is_too_long_is_refused_before_it_is_lent,
);

#[derive(Enum, Debug, Clone, Copy, PartialEq)]
#[myc(package = "test", closed, repr = u8)]
#[repr(u8)]
enum Format {
    Rgb = 1,
    Gray = 2,
}

#[derive(Struct, Debug, Clone, Copy, PartialEq)]
#[myc(package = "test")]
#[repr(C)]
struct Point {
    x: f32,
    y: f32,
}

#[derive(Message, Debug, Clone, PartialEq)]
#[myc(package = "test", id = 41)]
struct Image {
    format: Format,
    number: u64,
    camera: String,
    pixels: Vec<u8>,
    #[myc(len(..=3))]
    points: Vec<Point>,
    depths: Vec<f64>,
}

fn image(number: u64) -> Image {
    let count = 100 * (number as usize % 5);
    Image {
        format: if number.is_multiple_of(2) { Format::Rgb } else { Format::Gray },
        number,
        camera: "front".to_owned(),
        pixels: vec![number as u8; count],
        points: vec![Point { x: number as f32, y: 0.5 }; number as usize % 4],
        depths: (0..count).map(|index| index as f64).collect(),
    }
}

/// A loan for it, without what is in it.
fn lend<'p>(publisher: &'p Publisher<Image>, image: &Image, is_clean: bool) -> Loan<'p, Image> {
    let lens = [
        ImageView::DEPTHS.of_len(image.depths.len()),
        ImageView::PIXELS.of_len(image.pixels.len()),
        ImageView::POINTS.of_len(image.points.len()),
        ImageView::CAMERA.of_len(image.camera.len()),
    ];
    let lent = match is_clean {
        true => publisher.loan_lists(&lens),
        false => publisher.loan_lists_uninit(&lens),
    };
    lent.unwrap()
}

fn fill(loan: &mut Loan<'_, Image>, image: &Image) -> Result<(), UpdateError> {
    loan.items_mut(ImageView::DEPTHS)?.copy_from_slice(&image.depths);
    loan.set(ImageView::CAMERA, image.camera.clone())?;
    loan.items_mut(ImageView::POINTS)?.copy_from_slice(&image.points);
    loan.items_mut(ImageView::PIXELS)?.copy_from_slice(&image.pixels);
    loan.set(ImageView::NUMBER, image.number)?;
    loan.set(ImageView::FORMAT, image.format)
}

fn publish(publisher: &Publisher<Image>, number: u64) -> Result<(), PublishError> {
    let image = image(number);
    let mut loan = lend(publisher, &image, number.is_multiple_of(2));
    fill(&mut loan, &image).unwrap();
    assert_eq!(loan.message().view().number(), number);
    loan.publish()
}

fn lists_that_are_filled_arrive(kind: Kind) {
    let deployment = Deployment::new(kind);
    let (a, b) = (deployment.bus("a"), deployment.bus("b"));
    let mut images = b.subscriber::<Image>().unwrap();
    let mut seen = b
        .views::<Image, _>(|view| {
            let depths = view.depths().as_slice().expect("they lie there as they are in memory");
            (view.number(), depths.iter().sum::<f64>())
        })
        .unwrap();
    let publisher = a.publisher::<Image>().unwrap();
    publisher.wait_for_subscribers(1, PATIENCE).unwrap();
    // More than a ring of the tests holds; and others among them.
    const COUNT: u64 = 200;
    let sending = thread::spawn(move || {
        for number in 0..COUNT {
            match number % 3 {
                0 => publisher.publish(image(number)).unwrap(),
                _ => publish(&publisher, number).unwrap(),
            }
        }
        assert_eq!(publisher.published(), COUNT);
    });
    for number in 0..COUNT {
        assert_eq!(images.recv_timeout(PATIENCE).unwrap().as_deref(), Some(&image(number)));
        let sum = image(number).depths.iter().sum();
        assert_eq!(seen.recv_timeout(PATIENCE), Ok(Some((number, sum))));
    }
    assert_eq!(images.recv_timeout(PATIENCE).unwrap(), None);
    sending.join().unwrap();
}

fn what_is_given_up_leaves_no_gap(kind: Kind) {
    let deployment = Deployment::new(kind);
    let (a, b) = (deployment.bus("a"), deployment.bus("b"));
    let mut images = b.subscriber::<Image>().unwrap();
    let publisher = a.publisher::<Image>().unwrap();
    publisher.wait_for_subscribers(1, PATIENCE).unwrap();
    publish(&publisher, 1).unwrap();
    drop(lend(&publisher, &image(9), true));
    let early = || -> Result<(), UpdateError> {
        let mut loan = lend(&publisher, &image(9), true);
        loan.set(ImageView::CAMERA, "longer than was said".to_owned())?;
        unreachable!("it does not fit")
    };
    assert!(matches!(early(), Err(UpdateError::Length { .. })));
    let failing = || {
        let _loan = lend(&publisher, &image(9), true);
        panic!("as planned");
    };
    assert!(catch_unwind(AssertUnwindSafe(failing)).is_err());
    // There is no format zero, and there are at most three points.
    let refused = lend(&publisher, &image(9), true).publish();
    assert!(matches!(refused, Err(PublishError::Malformed(_))), "{refused:?}");
    let mut many = publisher.loan_lists(&[ImageView::POINTS.of_len(4)]).unwrap();
    many.set(ImageView::FORMAT, Format::Rgb).unwrap();
    assert!(matches!(many.publish(), Err(PublishError::Malformed(_))));
    // It would wait for itself.
    let held = lend(&publisher, &image(9), true);
    assert!(is_lending());
    let entangled: [&dyn Fn(); 3] =
        [&|| publish(&publisher, 8).unwrap(), &|| publisher.publish(image(8)).unwrap(), &|| {
            drop(a.publisher::<Tick>())
        }];
    for entangled in entangled {
        assert!(catch_unwind(AssertUnwindSafe(entangled)).is_err());
    }
    drop(held);
    assert!(!is_lending());
    publish(&publisher, 2).unwrap();
    for number in [1, 2] {
        assert_eq!(images.recv_timeout(PATIENCE).unwrap().unwrap().number, number);
    }
    assert_eq!(publisher.published(), 2);
    drop(publisher);
    assert_eq!(images.recv_timeout(PATIENCE).unwrap(), None);
}

fn write(publisher: &FramePublisher, number: u64) -> Result<(), PublishError> {
    let frame = image(number).to_frame();
    let mut loan = publisher.loan(frame.len(), None)?.expect("it waits");
    loan.frame_mut().copy_from_slice(&frame);
    match publisher.publish_loan(loan)? {
        None => Ok(()),
        Some(frame) => publisher.publish_bytes(frame),
    }
}

/// Whoever subscribes while a message is written gets it, though it lies in a ring that is not read here.
#[test]
fn one_who_comes_while_a_message_is_written_gets_it() {
    let deployment = Deployment::new(Kind::Shm);
    let (a, b) = (deployment.bus("a"), deployment.bus("b"));
    let mut there = b.subscriber::<Image>().unwrap();
    let publisher = a.publisher::<Image>().unwrap();
    publisher.wait_for_subscribers(1, PATIENCE).unwrap();
    let mut loan = lend(&publisher, &image(1), true);
    let mut here =
        thread::scope(|scope| scope.spawn(|| a.subscriber::<Image>().unwrap()).join().unwrap());
    fill(&mut loan, &image(1)).unwrap();
    loan.publish().unwrap();
    assert_eq!(here.recv_timeout(PATIENCE).unwrap().as_deref(), Some(&image(1)));
    assert_eq!(there.recv_timeout(PATIENCE).unwrap().as_deref(), Some(&image(1)));
    drop((publisher, here));

    let publisher = a.frame_publisher(Image::TOPIC, Image::TYPE_ID, Image::DIGEST).unwrap();
    let frame = image(2).to_frame();
    let mut loan = publisher.loan(frame.len(), None).unwrap().unwrap();
    assert!(loan.is_in_ring());
    loan.frame_mut().copy_from_slice(&frame);
    let mut here =
        thread::scope(|scope| scope.spawn(|| a.subscriber::<Image>().unwrap()).join().unwrap());
    let back = publisher.publish_loan(loan).unwrap().expect("it does not go by the ring alone");
    publisher.publish_bytes(back).unwrap();
    assert_eq!(here.recv_timeout(PATIENCE).unwrap().as_deref(), Some(&image(2)));
    assert_eq!(there.recv_timeout(PATIENCE).unwrap().as_deref(), Some(&image(2)));
}

fn frames_that_are_filled_arrive(kind: Kind) {
    let deployment = Deployment::new(kind);
    let (a, b) = (deployment.bus("a"), deployment.bus("b"));
    let mut images = b.subscriber::<Image>().unwrap();
    let publisher = a.frame_publisher(Image::TOPIC, Image::TYPE_ID, Image::DIGEST).unwrap();
    while publisher.subscribers() == 0 {
        thread::yield_now();
    }
    let loan = publisher.loan(64, None).unwrap().unwrap();
    assert_eq!(loan.is_in_ring(), kind == Kind::Shm);
    assert_eq!(loan.place_in(&mut None).unwrap().is_some(), kind == Kind::Shm);
    assert!(publisher.publish_loan(loan).is_err(), "it is no frame");
    // Who borrows need not be who gives back.
    let loan = publisher.loan(64, None).unwrap().unwrap();
    thread::scope(|scope| scope.spawn(|| drop(loan)).join().unwrap());
    assert!(!is_lending());
    let sending = thread::spawn(move || {
        (0..200).for_each(|number| write(&publisher, number).unwrap());
        assert_eq!(publisher.published(), 200);
        publisher.close();
        assert_eq!(write(&publisher, 0), Err(PublishError::Closed));
    });
    for number in 0..200 {
        assert_eq!(images.recv_timeout(PATIENCE).unwrap().as_deref(), Some(&image(number)));
    }
    assert_eq!(images.recv_timeout(PATIENCE).unwrap(), None);
    sending.join().unwrap();
}

fn what_is_too_long_is_refused_before_it_is_lent(kind: Kind) {
    let deployment = Deployment::new(kind);
    let (a, b) = (deployment.bus("a"), deployment.bus("b"));
    let _images = b.subscriber::<Image>().unwrap();
    let publisher = a.publisher::<Image>().unwrap();
    publisher.wait_for_subscribers(1, PATIENCE).unwrap();
    for count in [1 << 31, usize::MAX] {
        let refused = publisher.loan_lists(&[ImageView::DEPTHS.of_len(count)]).map(drop);
        assert!(matches!(refused, Err(PublishError::TooLong { .. })), "{refused:?}");
    }
    publish(&publisher, 1).unwrap();
}

/// Whoever publishes into a ring of which room is lent goes on when it is back; what may be lost is not waited for.
#[test]
fn others_wait_for_a_ring_that_is_lent_and_what_may_be_lost_does_not() {
    let deployment = Deployment::new(Kind::Shm);
    let lossy = Qos::default().when_full(WhenFull::DropOldest);
    let mut options = Options::default();
    options.topics.push((Tick::TOPIC.to_owned(), lossy));
    let (a, b) = (deployment.bus_with("a", options), deployment.bus("b"));
    let mut images = b.subscriber::<Image>().unwrap();
    let mut ticks = b.subscriber::<Tick>().unwrap();
    let (one, other) = (a.publisher::<Image>().unwrap(), a.publisher::<Image>().unwrap());
    let lossy = a.publisher::<Tick>().unwrap();
    one.wait_for_subscribers(1, PATIENCE).unwrap();
    let mut loan = lend(&one, &image(1), true);
    thread::scope(|scope| {
        let waiting = scope.spawn(|| other.publish(image(2)));
        scope.spawn(|| lossy.publish(tick(3))).join().unwrap().unwrap();
        fill(&mut loan, &image(1)).unwrap();
        loan.publish().unwrap();
        waiting.join().unwrap().unwrap();
    });
    for number in [1, 2] {
        assert_eq!(images.recv_timeout(PATIENCE).unwrap().as_deref(), Some(&image(number)));
    }
    assert_eq!(ticks.recv_timeout(PATIENCE).unwrap().as_deref(), Some(&tick(3)));
}

/// The ring ends when the room comes back.
#[test]
fn a_bus_that_leaves_does_not_wait_for_what_is_lent() {
    let deployment = Deployment::new(Kind::Shm);
    let mut options = Options::default();
    options.shutdown_timeout = std::time::Duration::ZERO;
    let (a, b) = (deployment.bus_with("a", options), deployment.bus("b"));
    let mut images = b.subscriber::<Image>().unwrap();
    let publisher = a.frame_publisher(Image::TOPIC, Image::TYPE_ID, Image::DIGEST).unwrap();
    while publisher.subscribers() == 0 {
        thread::yield_now();
    }
    let loan = publisher.loan(64, None).unwrap().unwrap();
    assert!(loan.is_in_ring());
    thread::scope(|scope| scope.spawn(move || a.shutdown()).join().unwrap());
    let refused = publisher.publish_loan(loan);
    assert!(refused.is_err(), "{refused:?}");
    drop(publisher);
    while images.recv_timeout(PATIENCE).is_ok_and(|image| image.is_some()) {}
    drop((images, b));
    deployment.assert_clean();
}

#[test]
fn lists_that_are_filled_in_one_process_arrive() {
    let bus = MessageBus::new();
    let mut images = bus.subscriber::<Image>().unwrap();
    let mut numbers = bus.views::<Image, _>(|image| image.number()).unwrap();
    let publisher = bus.publisher::<Image>().unwrap();
    for number in 0..9 {
        publish(&publisher, number).unwrap();
        assert_eq!(images.try_recv().unwrap().as_deref(), Some(&image(number)));
        assert_eq!(numbers.try_recv(), Ok(Some(number)));
    }
    assert!(publisher.loan_lists(&[ImageView::DEPTHS.of_len(1 << 40)]).is_err());
}

/// Whoever waits for a ring of which room is lent may hold what its publisher asks: it is published all the same.
#[test]
fn what_is_lent_is_published_while_others_wait_for_it() {
    let deployment = Deployment::new(Kind::Shm);
    let (a, b) = (deployment.bus("a"), deployment.bus("b"));
    let mut images = b.subscriber::<Image>().unwrap();
    let publisher = a.frame_publisher(Image::TOPIC, Image::TYPE_ID, Image::DIGEST).unwrap();
    while publisher.subscribers() == 0 {
        thread::yield_now();
    }
    let frame = image(1).to_frame();
    let others: [&(dyn Fn() + Sync); 3] = [
        &|| publisher.publish(&image(2).to_frame()).unwrap(),
        &|| assert!(publisher.subscribers() > 0),
        // One who comes, and one who holds the hub meanwhile.
        &|| {
            let _ticks = a.subscriber::<Tick>().unwrap();
            drop(a.publisher::<Tick>().unwrap());
        },
    ];
    for other in others {
        let mut loan = publisher.loan(frame.len(), None).unwrap().unwrap();
        assert!(loan.is_in_ring());
        loan.frame_mut().copy_from_slice(&frame);
        thread::scope(|scope| {
            let waiting = scope.spawn(other);
            // Until it waits; where it does not yet, the test says less.
            thread::sleep(Duration::from_millis(100));
            if let Some(frame) = publisher.publish_loan(loan).unwrap() {
                publisher.publish_bytes(frame).unwrap();
            }
            waiting.join().unwrap();
        });
    }
    let mut next = || images.recv_timeout(PATIENCE).unwrap().unwrap().number;
    let mut numbers = [next(), next(), next(), next()];
    numbers.sort_unstable();
    assert_eq!(numbers, [1, 1, 1, 2]);
}
