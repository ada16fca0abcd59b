package dev.weft.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CONNECT where it may pass: judged like any request, and a tunnel once the application accepts (RFC 9110 section 9.3.6). */
class Http1ConnectTest {
    private static final String CONNECT = "CONNECT db.example:5432 HTTP/1.1\r\nHost: db.example:5432\r\n\r\n";
    private static final String ACCEPTED = "HTTP/1.1 200 Connected\r\n\r\n";
    private static final String REJECTED = "HTTP/1.1 407 No\r\nContent-Length: 2\r\n\r\nno";
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final String GET = Http1GateTest.get("/");

    private final JudgedConnection connection = new JudgedConnection(Http1Gate.MOST_OPEN, true);

    @AfterEach
    void close() {
        connection.close();
    }

    private static String connect(String target, String version, String... fields) {
        return "CONNECT " + target + " HTTP/" + version + "\r\n"
                + String.join(
                        "",
                        java.util.stream.Stream.of(fields).map(f -> f + "\r\n").toList()) + "\r\n";
    }

    @Test
    void becomesBytesOnceTheApplicationAccepts() {
        connection.sends(CONNECT + "early \0");
        assertThat(connection.atApplication()).isEqualTo(CONNECT);
        assertThat(connection.asked).singleElement().satisfies(asked -> {
            assertThat(asked.method()).isEqualTo("CONNECT");
            assertThat(asked.path()).isEmpty();
            assertThat(asked.host()).isEqualTo("db.example");
        });
        assertThat(connection.gate.full()).isTrue();
        connection.answers(ACCEPTED + "\0hello");
        assertThat(connection.atCaller()).isEqualTo(ACCEPTED + "\0hello");
        assertThat(connection.atApplication()).isEqualTo("early \0");
        assertThat(connection.resumed).isEqualTo(1);
        assertThat(connection.sends(GET).atApplication()).isEqualTo(GET);
        assertThat(connection.answers(OK + OK).atCaller()).isEqualTo(OK + OK);
        connection.gate.requestEnded();
        connection.gate.responseEnded();
        assertThat(connection.applicationFinished && connection.callerFinished).isTrue();
        connection.close();
        assertThat(connection.asked).hasSize(1);
        assertThat(connection.records)
                .extracting(JudgedConnection::line)
                .containsExactly("CONNECT db.example:5432 200 93/112 ALLOWED");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
                "HTTP/1.1 204 No Content\r\n\r\n",
                "HTTP/1.1 299 X\r\nConnection: close\r\n\r\n",
                "HTTP/1.0 200 Connection established\r\n\r\n",
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
            })
    void everySuccessIsATunnelWhateverLengthItStates(String accepted) {
        connection.sends(CONNECT).answers(accepted + "0\r\n\r\nabc");
        assertThat(connection.atCaller()).isEqualTo(accepted + "0\r\n\r\nabc");
        connection.atApplication();
        assertThat(connection.sends("\1\2").atApplication()).isEqualTo("\1\2");
        assertThat(connection.refusal).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"CONNECT a:1 HTTP/1.0\r\n\r\n", "CONNECT a:1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"})
    void aTunnelNeedsNoConnectionThatPersists(String request) {
        connection.sends(request).answers(ACCEPTED);
        assertThat(connection.atCaller()).isEqualTo(ACCEPTED);
        connection.atApplication();
        assertThat(connection.sends("bytes").atApplication()).isEqualTo("bytes");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"CONNECT a:1 HTTP/1.0\r\n\r\n", "CONNECT a:1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"})
    void nothingFollowsOneThatIsRejectedAndWasTheLast(String request) {
        connection.sends(request + GET).answers(REJECTED);
        assertThat(connection.sends(GET).atApplication()).isEqualTo(request);
        assertThat(connection.atCaller()).isEqualTo(REJECTED);
        assertThat(connection.asked).hasSize(1);
        assertThat(connection.gate.held()).isZero();
    }

    @Test
    void goesOnWithHttpWhereTheApplicationRejects() {
        connection.sends(CONNECT + GET);
        assertThat(connection.atApplication()).isEqualTo(CONNECT);
        connection.answers(REJECTED);
        assertThat(connection.atApplication()).isEqualTo(GET);
        assertThat(connection.answers(OK).sends(Http1GateTest.get("/denied")).atCaller())
                .startsWith(REJECTED + OK + "HTTP/1.1 403");
        assertThat(connection.records).hasSize(3);
    }

    @Test
    void aDeniedOneDoesNotReachTheApplicationAndHttpGoesOn() {
        connection.denies = request -> request.host().equals("db.example");
        connection.sends(CONNECT + GET);
        assertThat(connection.atApplication()).isEqualTo(GET);
        assertThat(connection.atCaller()).startsWith("HTTP/1.1 403").doesNotContain("connection: close");
        assertThat(connection.answers(OK).atCaller()).isEqualTo(OK);
    }

    @Test
    void aTunnelEndsWhenItsRequestIsNoLongerAllowed() {
        connection.sends(CONNECT).answers(ACCEPTED);
        connection.denies = _ -> true;
        connection.gate.judgeAgain();
        assertThat(connection.refusalCode()).isEqualTo("WEFT-P001");
        assertThat(connection.atCaller()).isEqualTo(ACCEPTED);
    }

    @Test
    void waitsBehindEarlierRequests() {
        connection.sends(GET + CONNECT + "bytes").answers(OK);
        assertThat(connection.atApplication()).isEqualTo(GET + CONNECT);
        assertThat(connection.answers(ACCEPTED).atCaller()).isEqualTo(OK + ACCEPTED);
        assertThat(connection.atApplication()).isEqualTo("bytes");
    }

    @Test
    void aSwitchOfProtocolThatWasNotAskedForIsRefused() {
        connection.sends(CONNECT).answers("HTTP/1.1 101 Switching Protocols\r\n\r\n");
        assertThat(connection.refusalCode()).isEqualTo("WEFT-H011");
    }

    @ParameterizedTest
    @CsvSource({
        "db.example:5432, db.example",
        "DB.example:5432, db.EXAMPLE:5432",
        "db.example:5432, db.example:",
        "[::1]:5432, [0:0::1]",
    })
    void theHostMayLeaveOutThePort(String target, String host) {
        String request = connect(target, "1.1", "Host: " + host);
        assertThat(connection.sends(request).atApplication()).isEqualTo(request);
    }

    @ParameterizedTest
    @CsvSource({
        "db.example, db.example, 400, WEFT-H003",
        "db.example:, db.example, 400, WEFT-H003",
        "db.example:0, db.example, 400, WEFT-H003",
        "db.example:65536, db.example, 400, WEFT-H003",
        "user@db.example:1, db.example, 400, WEFT-H003",
        "http://db.example:1/, db.example, 400, WEFT-H003",
        "/, db.example, 400, WEFT-H003",
        "*, db.example, 400, WEFT-H003",
        "db.example:5432, other.example, 400, WEFT-H003",
        "db.example:5432, db.example:80, 400, WEFT-H003",
        "db.example:80, db.example:5432, 400, WEFT-H003",
    })
    void aTargetThatIsNotOneHostAndPortIsRefused(String target, String host, int status, String code) {
        connection.sends(connect(target, "1.1", "Host: " + host));
        assertThat(connection.atCaller()).startsWith("HTTP/1.1 " + status).contains("weft-code: " + code);
        assertThat(connection.atApplication()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 1", "Transfer-Encoding: chunked"})
    void oneWithABodyIsRefused(String field) {
        connection.sends(connect("a:1", "1.1", "Host: a", field) + "x");
        assertThat(connection.refusalCode()).isEqualTo("WEFT-H002");
        assertThat(connection.atApplication()).isEmpty();
    }

    @Test
    void aLengthOfZeroIsNoBody() {
        connection.sends(connect("a:1", "1.1", "Host: a", "Content-Length: 0")).answers(ACCEPTED);
        connection.atApplication();
        assertThat(connection.sends("bytes").atApplication()).isEqualTo("bytes");
    }
}
