//! Text messages, handed to a service.

use super::*;
use crate::delivery::sms::{Gateway, SmsUrl};
use tokio::io::AsyncReadExt;

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// A text message service that answers each call alike and keeps the calls.
struct Service {
    url: String,
    calls: Arc<Mutex<Vec<String>>>,
}

impl Service {
    async fn that_answers(status: &'static str, body: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/send", listener.local_addr().unwrap());
        let calls = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&calls);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let call = call(&mut stream).await;
                kept.lock().unwrap().push(call);
                let length = body.len();
                let answer = format!(
                    "HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}"
                );
                stream.write_all(answer.as_bytes()).await.unwrap();
            }
        });
        Self { url, calls }
    }

    fn webhook(&self) -> Destination {
        gateway(&self.url)
    }

    /// The service under a URL of another scheme.
    fn at(&self, before: &str, after: &str) -> Destination {
        let address = self.url.replace("http://", "").replace("/send", "");
        gateway(&format!("{before}{address}{after}"))
    }

    fn calls(&self) -> Vec<String> {
        self.calls.lock().unwrap().clone()
    }
}

fn gateway(url: &str) -> Destination {
    let url = SmsUrl::parse(url, Some(SECRET)).unwrap();
    Destination::Gateway(Gateway::new(&url, "us-east-1").unwrap())
}

/// A call: head and body.
async fn call(stream: &mut TcpStream) -> String {
    let mut stream = BufReader::new(stream);
    let (mut call, mut length) = (String::new(), 0);
    loop {
        let start = call.len();
        stream.read_line(&mut call).await.unwrap();
        let line = &call[start..];
        if let Some(value) = line.strip_prefix("content-length: ") {
            length = value.trim().parse().unwrap();
        }
        if line == "\r\n" {
            break;
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.unwrap();
    call + std::str::from_utf8(&body).unwrap()
}

const TEXT: DeliveryMediumType = DeliveryMediumType::Sms;

#[tokio::test]
async fn a_text_message_is_a_webhook_and_leaves_no_content_behind() {
    let (post, service) = (
        post("").await,
        Service::that_answers("204 No Content", "").await,
    );
    post.queue("t", TEXT).await;
    post.round(&post.worker_of(TEXT, service.webhook())).await;
    let calls = service.calls();
    assert_eq!(calls.len(), 1);
    for part in [
        "POST /send HTTP/1.1\r\n",
        "content-type: application/json\r\n",
        "webhook-id: t\r\n",
        "webhook-timestamp: 1700000000\r\n",
        "webhook-signature: v1,",
        r#"{"body":"Your code is 123456","poolId":"us-east-1_abc","purpose":"sign_in","to":"dora@example.com"}"#,
    ] {
        assert!(calls[0].contains(part), "{part} is missing in {}", calls[0]);
    }
    let sent = post.message("t").await;
    assert_eq!((sent.state, sent.content), (DeliveryState::Sent, None));
}

#[tokio::test]
async fn a_service_in_trouble_is_tried_again_with_the_same_id() {
    let (post, service) = (post("").await, Service::that_answers("503 Busy", "").await);
    post.queue("t", TEXT).await;
    let worker = post.worker_of(TEXT, service.webhook());
    post.round(&worker).await;
    let waiting = post.message("t").await;
    assert_eq!(
        (waiting.state, waiting.due),
        (DeliveryState::Queued, Time::from_seconds(START + 10))
    );
    assert!(waiting.error.unwrap().contains("503"));
    post.clock.0.fetch_add(10, Ordering::SeqCst);
    post.round(&worker).await;
    let calls = service.calls();
    assert_eq!(calls.len(), 2);
    assert!(calls.iter().all(|call| call.contains("webhook-id: t\r\n")));
    assert!(calls[1].contains("webhook-timestamp: 1700000010\r\n"));
}

#[tokio::test]
async fn a_message_that_the_service_refuses_is_not_tried_again() {
    let said = "not a mobile, code 123456";
    let service = Service::that_answers("400 Bad Request", said).await;
    let post = post("").await;
    post.queue("t", TEXT).await;
    post.round(&post.worker_of(TEXT, service.webhook())).await;
    let failed = post.message("t").await;
    assert_eq!(failed.state, DeliveryState::Failed);
    let error = failed.error.unwrap();
    assert_eq!(
        error,
        "refused with 400 Bad Request: not a mobile, code ***"
    );
}

#[tokio::test]
async fn a_service_that_is_not_there_holds_up_no_mail() {
    let post = post("250 fine").await;
    for number in 0..20 {
        post.queue(&format!("t{number}"), TEXT).await;
    }
    post.queue("m", DeliveryMediumType::Email).await;
    let texts = post.worker_of(TEXT, gateway("http://127.0.0.1:1/"));
    post.round(&texts).await;
    assert_eq!(post.mails.lock().unwrap().len(), 0);
    post.round(&post.worker(post.smtp())).await;
    assert_eq!(post.message("m").await.state, DeliveryState::Sent);
    let waiting = post.message("t0").await;
    assert_eq!(
        (waiting.state, waiting.attempts),
        (DeliveryState::Queued, 1)
    );
    let error = waiting.error.unwrap();
    assert!(error.starts_with("no connection: "), "{error}");
}

#[tokio::test]
async fn twilio_gets_a_form_with_basic_authentication() {
    let service = Service::that_answers("201 Created", r#"{"sid": "SM1"}"#).await;
    let post = post("").await;
    post.queue("t", TEXT).await;
    let twilio = service.at("twilio://SK1:to%3Aken@", "?from=+15550100&account=AC1");
    post.round(&post.worker_of(TEXT, twilio)).await;
    let call = service.calls().remove(0);
    for part in [
        "POST /2010-04-01/Accounts/AC1/Messages.json HTTP/1.1\r\n",
        "authorization: Basic U0sxOnRvOmtlbg==\r\n",
        "\r\n\r\nTo=dora%40example.com&From=%2B15550100&Body=Your+code+is+123456",
    ] {
        assert!(call.contains(part), "{part} is missing in {call}");
    }
    assert_eq!(post.message("t").await.state, DeliveryState::Sent);
}

#[tokio::test]
async fn a_refusal_of_twilio_is_told_in_its_words() {
    for (status, body, state, words) in [
        (
            "400 Bad Request",
            r#"{"code": 21211, "message": "Invalid 'To' Phone Number"}"#,
            DeliveryState::Failed,
            "refused with 400 Bad Request: 21211: Invalid 'To' Phone Number",
        ),
        (
            "401 Unauthorized",
            r#"{"code": 20003, "message": "Authenticate"}"#,
            DeliveryState::Queued,
            "refused with 401 Unauthorized: ",
        ),
    ] {
        let service = Service::that_answers(status, body).await;
        let post = post("").await;
        post.queue("t", TEXT).await;
        let twilio = service.at("twilio://AC1:token@", "?from=MG1");
        post.round(&post.worker_of(TEXT, twilio)).await;
        assert!(service.calls()[0].contains("&MessagingServiceSid=MG1&"));
        let message = post.message("t").await;
        assert_eq!(message.state, state);
        let error = message.error.unwrap();
        assert!(error.starts_with(words), "{error}");
    }
}

#[tokio::test]
async fn sns_gets_a_signed_publish() {
    let refused = "<ErrorResponse><Error><Code>InvalidParameter</Code><Message>No number.</Message></Error></ErrorResponse>";
    let service = Service::that_answers("400 Bad Request", refused).await;
    let post = post("").await;
    post.queue("t", TEXT).await;
    let sns = service.at("sns+http://AKID:secret@", "?region=eu-west-1&from=Example");
    post.round(&post.worker_of(TEXT, sns)).await;
    let call = service.calls().remove(0);
    for part in [
        "POST / HTTP/1.1\r\n",
        "authorization: AWS4-HMAC-SHA256 Credential=AKID/20231114/eu-west-1/sns/aws4_request, \
         SignedHeaders=content-type;host;x-amz-date, Signature=",
        "x-amz-date: 20231114T221320Z\r\n",
        "Action=Publish&Version=2010-03-31&PhoneNumber=dora%40example.com&Message=Your+code+is+123456&",
        "entry.1.Name=AWS.SNS.SMS.SMSType&MessageAttributes.entry.1.Value.DataType=String&\
         MessageAttributes.entry.1.Value.StringValue=Transactional&",
        "entry.2.Value.StringValue=Example",
    ] {
        assert!(call.contains(part), "{part} is missing in {call}");
    }
    let message = post.message("t").await;
    assert_eq!(message.state, DeliveryState::Failed);
    let error = message.error.unwrap();
    assert_eq!(
        error,
        "refused with 400 Bad Request: InvalidParameter: No number."
    );
}
