package dev.weft.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.policy.request.HttpRequest;
import dev.weft.proxy.settings.HeadLimits;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What passes the gate of HTTP/1.1, and in which order. */
class Http1GateTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final String DENIED = "GET /denied HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String GET = get("/");

    private final JudgedConnection connection = new JudgedConnection();

    @AfterEach
    void close() {
        connection.close();
    }

    static String get(String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n";
    }

    private static String post(String path, String field, String body) {
        return "POST " + path + " HTTP/1.1\r\nHost: a\r\n" + field + "\r\n\r\n" + body;
    }

    @Test
    void passesARequestAndItsResponseAsTheyCame() {
        String request =
                "GET /a%41?q=%2e HTTP/1.1\r\nhOsT:  Shop.Example:8080 \r\nX-odd :".replace(" :", ":") + "\tv\t\r\n\r\n";
        assertThat(connection.sends(request).atApplication()).isEqualTo(request);
        assertThat(connection.asked).singleElement().satisfies(asked -> {
            assertThat(asked.method()).isEqualTo("GET");
            assertThat(asked.path()).isEqualTo("/aA");
            assertThat(asked.host()).isEqualTo("shop.example");
            assertThat(asked.headers().values("x-odd")).containsExactly("v");
            assertThat(asked.headers().values("x-other")).isEmpty();
            assertThat(asked.grpc()).isFalse();
        });
        connection.ticker.advance(7, TimeUnit.MILLISECONDS);
        assertThat(connection.answers(OK).atCaller()).isEqualTo(OK);
        assertThat(connection.records).singleElement().satisfies(record -> {
            assertThat(record.status()).isEqualTo(200);
            assertThat(record.duration()).isEqualTo(Duration.ofMillis(7));
            assertThat(record.requestBytes()).isEqualTo(request.length());
            assertThat(record.responseBytes()).isEqualTo(OK.length());
            assertThat(record.complete()).isTrue();
        });
        assertThat(connection.gate.held()).isZero();
        assertThat(connection.refusal).isNull();
    }

    @Test
    void leavesTheHostOutOfAnAbsoluteFormsPath() {
        String request = "GET http://SHOP.example:80/orders?x HTTP/1.1\r\nHost: shop.example\r\n\r\n";
        assertThat(connection.sends(request).atApplication()).isEqualTo(request);
        assertThat(connection.asked.getFirst().path()).isEqualTo("/orders");
        assertThat(connection.asked.getFirst().host()).isEqualTo("shop.example");
    }

    @ParameterizedTest
    @CsvSource({
        "a:, a",
        "a:80, a",
        "[::1], [::1]",
        "[0:0:0:0:0:0:0:1]:8080, [::1]",
        "[2001:DB8::0:1], [2001:db8::1]",
        "[::ffff:7f00:1]:, [::ffff:127.0.0.1]"
    })
    void judgesAHostInOneFormHoweverItIsWritten(String written, String host) {
        String request = "GET / HTTP/1.1\r\nHost: " + written + "\r\n\r\n";
        assertThat(connection.sends(request).atApplication()).isEqualTo(request);
        assertThat(connection.asked.getFirst().host()).isEqualTo(host);
    }

    /** The field means nothing in HTTP/1.0 (RFC 9110 section 10.1.1): a final response does not end the connection. */
    @Test
    void ignoresAnExpectationOfHttp10() {
        String request =
                "POST / HTTP/1.0\r\nConnection: keep-alive\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\nhello";
        String answer = "HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok";
        assertThat(connection.sends(request).atApplication()).isEqualTo(request);
        assertThat(connection.answers(answer).sends(GET).atApplication()).isEqualTo(GET);
        assertThat(connection.atCaller()).isEqualTo(answer);
        assertThat(connection.refusal).isNull();
    }

    /** Names of transfer codings have no case (RFC 9112 section 7). */
    @ParameterizedTest
    @ValueSource(strings = {"Chunked", "CHUNKED"})
    void readsTheTransferCodingOfAResponseInAnyCase(String coding) {
        String answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: " + coding + "\r\n\r\n1\r\na\r\n0\r\n\r\n";
        assertThat(connection.sends(GET + GET).answers(answer + OK).atCaller()).isEqualTo(answer + OK);
        assertThat(connection.records).extracting(RequestRecord::complete).containsExactly(true, true);
        assertThat(connection.refusal).isNull();
    }

    @Test
    void addsTheProvenCallerAsTheLastFieldAndTakesOutWhatTheCallerSays() {
        connection.clientId = "spiffe://weft.test/ns/shop/sa/web";
        connection.sends(
                "GET / HTTP/1.1\r\nWEFT-client-id: spiffe://weft.test/admin\r\nHost: a\r\nweft_client.id: x\r\nWeft-Client-Id:\r\nX: y\r\n\r\n");
        assertThat(connection.atApplication())
                .isEqualTo(
                        "GET / HTTP/1.1\r\nHost: a\r\nX: y\r\nweft-client-id: spiffe://weft.test/ns/shop/sa/web\r\n\r\n");
        assertThat(connection.asked.getFirst().headers().values("weft-client-id"))
                .isEmpty();
    }

    @Test
    void takesOutWhatTheCallerSaysWhereNobodyWasProven() {
        connection.sends("GET / HTTP/1.1\r\nHost: a\r\nWeft-Client-Id: x\r\n\r\n");
        assertThat(connection.atApplication()).isEqualTo(GET);
    }

    @Test
    void showsPolicyTheFieldsWhoseNamesResembleAnother() throws Exception {
        connection.sends(
                "GET / HTTP/1.1\r\nHost: a\r\nX-Tenant: blue\r\nx_TENANT: red\r\nx.tenant: green\r\nWeft_Client_Id: x\r\n\r\n");
        Http2Headers fields =
                new DefaultHttp2Headers().method("GET").scheme("http").path("/").authority("a");
        fields.add("x-tenant", "blue")
                .add("x_tenant", "red")
                .add("x.tenant", "green")
                .add("weft_client_id", "x");
        for (HttpRequest asked : List.of(connection.asked.getFirst(), Http2Head.of(1, fields, HeadLimits.DEFAULTS))) {
            assertThat(asked.headers().values("x-tenant")).containsExactly("blue");
            assertThat(asked.headers().lookalikes("x-tenant")).containsExactlyInAnyOrder("red", "green");
            assertThat(asked.headers().lookalikes("x_tenant")).containsExactlyInAnyOrder("blue", "green");
            assertThat(asked.headers().lookalikes("weft-client-id")).isEmpty();
        }
    }

    @Test
    void answersADeniedRequestAndKeepsTheConnection() {
        connection.sends(DENIED);
        assertThat(connection.atCaller()).isEqualTo(Http1Traffic.DENIED + Http1Traffic.DENIED_BODY);
        assertThat(connection.records)
                .singleElement()
                .satisfies(record -> assertThat(record.status()).isEqualTo(403));
        assertThat(connection.application).isEmpty();
        assertThat(connection.sends(GET).answers(OK).atCaller()).isEqualTo(OK);
        assertThat(connection.atApplication()).isEqualTo(GET);
    }

    @Test
    void answersADeniedHeadWithoutABody() {
        connection.sends("HEAD /denied HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(connection.atCaller()).contains("content-length: 29\r\n").endsWith("\r\n\r\n");
    }

    @Test
    void answersADeniedRequestInItsPlaceAmongOthers() {
        connection.sends(get("/1") + DENIED + get("/2") + DENIED);
        assertThat(connection.atApplication()).isEqualTo(get("/1") + get("/2"));
        assertThat(connection.atCaller()).isEmpty();
        String first = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX: y\r\n\r\n";
        connection.answers(first + OK);
        assertThat(connection.atCaller())
                .matches("(?s)\\Q" + first + "\\EHTTP/1.1 403.*denies it\n\\Q" + OK + "\\EHTTP/1.1 403.*denies it\n");
        assertThat(connection.records).extracting(RequestRecord::status).containsExactly(200, 403, 200, 403);
    }

    @Test
    void dropsTheBodyOfADeniedRequest() {
        connection.sends(post("/denied", "Content-Length: 5", "hello") + GET);
        connection.sends(post("/denied", "Transfer-Encoding: chunked", "5\r\nhello\r\n0\r\n\r\n") + GET);
        assertThat(connection.atApplication()).isEqualTo(GET + GET);
        assertThat(connection.atCaller()).startsWith("HTTP/1.1 403").doesNotContain("connection: close");
        assertThat(connection.refusal).isNull();
    }

    @Test
    void endsWhereTheBodyOfADeniedRequestIsLong() {
        connection.sends(post("/denied", "Content-Length: 70000", "hello"));
        assertThat(connection.atCaller()).startsWith("HTTP/1.1 403").contains("connection: close");
        assertThat(connection.refusalCode()).isEqualTo("WEFT-P001");
    }

    @Test
    void endsWhereTheChunkedBodyOfADeniedRequestTurnsOutLong() {
        connection.sends(post("/denied", "Transfer-Encoding: chunked", "11170\r\n"));
        assertThat(connection.atCaller()).startsWith("HTTP/1.1 403").doesNotContain("connection: close");
        connection.sends("x".repeat(70_000));
        assertThat(connection.refusalCode()).isEqualTo("WEFT-H013");
        assertThat(connection.application).isEmpty();
    }

    @Test
    void endsWithADeniedRequestThatWaitsForContinue() {
        connection.sends(post("/denied", "Expect: 100-continue\r\nContent-Length: 5", ""));
        assertThat(connection.atCaller()).contains("connection: close");
        assertThat(connection.refusalCode()).isEqualTo("WEFT-P001");
    }

    @Test
    void endsWithADeniedRequestThatIsTheLast() {
        connection.sends("GET /denied HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n" + GET);
        assertThat(connection.atCaller()).contains("connection: close");
        assertThat(connection.application).isEmpty();
        assertThat(connection.refusalCode()).isEqualTo("WEFT-P001");
    }

    @Test
    void passesBodiesBeforeTheyAreWhole() {
        connection.sends(post("/", "Content-Length: 10", "hello"));
        assertThat(connection.atApplication()).endsWith("\r\n\r\nhello");
        connection.sends("world");
        assertThat(connection.atApplication()).isEqualTo("world");
        connection.answers("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n100\r\nabc");
        assertThat(connection.atCaller()).endsWith("100\r\nabc");
        assertThat(connection.gate.held()).isLessThan(1200);
    }

    @Test
    void passesInterimResponses() {
        connection.sends(post("/", "Expect: 100-continue\r\nContent-Length: 5", ""));
        String interim = "HTTP/1.1 103 Early Hints\r\nLink: </s>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n";
        assertThat(connection.answers(interim).atCaller()).isEqualTo(interim);
        assertThat(connection.sends("hello" + GET).atApplication()).endsWith("\r\n\r\nhello" + GET);
        assertThat(connection.answers(OK + OK).atCaller()).isEqualTo(OK + OK);
        assertThat(connection.refusal).isNull();
    }

    /** Such a caller sends its body or does not; the application and the gate might not agree on which (RFC 9110 section 10.1.1). */
    @Test
    void endsWhereAFinalResponseComesInsteadOfContinue() {
        connection.sends(post("/", "Expect: 100-continue\r\nContent-Length: 38", ""));
        connection.answers("HTTP/1.1 401 Unauthorized\r\nContent-Length: 4\r\n\r\nno");
        connection.sends(get("/smuggled"));
        connection.answers("no");
        assertThat(connection.atCaller()).endsWith("nono");
        assertThat(connection.atApplication()).doesNotContain("smuggled");
        assertThat(connection.refusalCode()).isEqualTo("WEFT-H014");
    }

    @Test
    void letsTheRestOfABodyPassThatWasAnsweredEarly() {
        connection.sends(post("/", "Content-Length: 10", "hello")).answers(OK);
        assertThat(connection.atCaller()).isEqualTo(OK);
        assertThat(connection.records).isEmpty();
        connection.sends("world" + GET);
        assertThat(connection.atApplication()).endsWith("helloworld" + GET);
        assertThat(connection.records)
                .singleElement()
                .satisfies(record -> assertThat(record.complete()).isTrue());
    }

    @Test
    void knowsResponsesWithoutABody() {
        connection.sends("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n" + GET + GET + GET);
        String responses = JudgedConnection.lines(
                "HTTP/1.1 200 OK",
                "Content-Length: 100",
                "",
                "HTTP/1.1 304 Not Modified",
                "Transfer-Encoding: chunked",
                "",
                "HTTP/1.1 204 ",
                "Content-Length: 0",
                "",
                "HTTP/1.1 200",
                "Content-Length: 0\r\n");
        assertThat(connection.answers(responses).atCaller()).isEqualTo(responses);
        assertThat(connection.records).extracting(RequestRecord::status).containsExactly(200, 304, 204, 200);
    }

    @Test
    void passesAResponseThatEndsWithTheConnection() {
        connection.sends(GET + GET).answers("HTTP/1.1 200 OK\r\n\r\nall of it");
        connection.answers("HTTP/1.1 200 OK").gate.responseEnded();
        assertThat(connection.atCaller()).endsWith("all of itHTTP/1.1 200 OK");
        assertThat(connection.callerFinished).isTrue();
        assertThat(connection.records)
                .extracting(JudgedConnection::line)
                .containsExactly("GET a/ 200 27/43 ALLOWED", "GET a/ 0 27/0 ALLOWED incomplete");
        assertThat(connection.sends(get("/late")).atApplication()).doesNotContain("late");
    }

    @Test
    void sendsNoRequestBehindTheLast() {
        connection.sends("GET / HTTP/1.1\r\nHost: a\r\nConnection: Close\r\n\r\n" + get("/late"));
        connection.sends("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(connection.atApplication()).doesNotContain("late").containsOnlyOnce("GET");
        assertThat(connection.answers(OK).atCaller()).isEqualTo(OK);
    }

    @Test
    void takesARequestOfHttp10ForTheLastUnlessItSaysOtherwise() {
        connection.sends(
                "GET /1 HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET /2 HTTP/1.0\r\n\r\nGET /3 HTTP/1.0\r\n\r\n");
        assertThat(connection.atApplication()).contains("/1", "/2").doesNotContain("/3");
        assertThat(connection.asked.getFirst().host()).isEmpty();
    }

    @Test
    void expectsNothingBehindAResponseThatCloses() {
        connection.sends(GET).answers("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok");
        assertThat(connection.sends(get("/late")).atApplication()).doesNotContain("late");
        connection.gate.responseEnded();
        assertThat(connection.callerFinished).isTrue();
        assertThat(connection.refusal).isNull();
    }

    @Test
    void breaksOffAResponseBeforeAnyRequest() {
        connection.answers(OK);
        assertThat(connection.refusalCode()).isEqualTo("WEFT-H012");
        assertThat(connection.caller).isEmpty();
    }

    @Test
    void breaksOffWhereTheApplicationEndsWithinAResponse() {
        connection
                .sends(GET)
                .answers("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel")
                .gate
                .responseEnded();
        assertThat(connection.refusalCode()).isEqualTo("WEFT-H011");
        assertThat(connection.atCaller()).endsWith("hel");
    }

    @Test
    void refusesACallerThatEndsWithinAHead() {
        connection.sends("GET / HTTP/1.1\r\nHo").gate.requestEnded();
        assertThat(connection.atCaller()).startsWith("HTTP/1.1 400");
        assertThat(connection.application).isEmpty();
    }

    @Test
    void passesTheCallersEndOn() {
        connection.sends(GET).gate.requestEnded();
        assertThat(connection.applicationFinished).isTrue();
        assertThat(connection.answers(OK).atCaller()).isEqualTo(OK);
        connection.gate.responseEnded();
        assertThat(connection.callerFinished).isTrue();
    }

    @Test
    void letsNothingPassOnceARequestCouldNotBeJudged() {
        connection.denies = _ -> {
            throw new IllegalStateException("a defect of the judge");
        };
        assertThatThrownBy(() -> connection.sends(post("/", "Content-Length: 38", get("/smuggled"))))
                .hasMessage("a defect of the judge");
        connection.denies = _ -> false;
        assertThat(connection.sends(get("/smuggled")).application).isEmpty();
    }
}
