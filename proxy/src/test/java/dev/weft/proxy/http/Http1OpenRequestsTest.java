package dev.weft.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.policy.request.HttpRequest;
import dev.weft.proxy.pieces.HeadMemory;
import dev.weft.proxy.pieces.PieceQueue;
import io.netty.buffer.ByteBuf;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that are open: how many at a time, what comes between them, how they are judged again, when one switches protocols. */
class Http1OpenRequestsTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final String GET = Http1GateTest.get("/");
    private static final String SWITCH =
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n";
    private static final int MOST = 3;

    private final JudgedConnection connection = new JudgedConnection(MOST);

    @AfterEach
    void close() {
        connection.close();
    }

    private static String upgrade(String protocol) {
        return "GET /chat HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\nUpgrade: " + protocol + "\r\n\r\n";
    }

    private void denyAll() {
        connection.denies = _ -> true;
        connection.gate.judgeAgain();
    }

    @Test
    void readsNoFurtherThanTheMostOpenRequests() {
        connection.sends(GET.repeat(5));
        assertThat(connection.atApplication()).isEqualTo(GET.repeat(MOST));
        assertThat(connection.gate.full()).isTrue();
        connection.sends(Http1GateTest.get("/last"));
        connection.answers(OK);
        assertThat(connection.atApplication()).isEqualTo(GET);
        assertThat(connection.resumed).isZero();
        connection.answers(OK + OK);
        assertThat(connection.atApplication()).isEqualTo(GET + Http1GateTest.get("/last"));
        assertThat(connection.gate.full()).isTrue();
        connection.answers(OK);
        assertThat(connection.gate.full()).isFalse();
        assertThat(connection.resumed).isEqualTo(1);
        assertThat(connection.answers(OK + OK).gate.held()).isZero();
        assertThat(connection.atCaller()).isEqualTo(OK.repeat(6));
    }

    @Test
    void readsNoFurtherThanTheHeadsThatItMayKeep() {
        String large = "GET / HTTP/1.1\r\nHost: a\r\nX: " + "x".repeat(20_000) + "\r\n\r\n";
        connection.sends(large).sends(large).sends(GET);
        assertThat(connection.atApplication()).isEqualTo(large + large);
        int heads = 2 * large.length() + 2 * HeadMemory.REQUEST;
        assertThat(connection.gate.held())
                .as("heads count twice, because they are on the heap")
                .isEqualTo(2 * heads + GET.length() + PieceQueue.PIECE);
        assertThat(connection.answers(OK).atApplication()).isEqualTo(GET);
    }

    @Test
    void aPartOfAHeadCountsWithTheMemoryThatIsKeptForIt() {
        String most = "GET / HTTP/1.1\r\nHost: a\r\nX: " + "x".repeat(9_000);
        connection.sends(most).sends("x");
        assertThat(connection.gate.held()).isEqualTo(2 * 2 * most.length());
    }

    @Test
    void tinyPiecesThatWaitKeepNothingOfTheBuffersThatTheyCameIn() {
        connection.sends(upgrade("websocket"));
        ByteBuf read = JudgedConnection.buffer("x".repeat(10_000));
        while (read.isReadable()) {
            connection.gate.request(read.readRetainedSlice(1));
        }
        assertThat(read.refCnt()).as("slices of it").isEqualTo(1);
        read.release();
        assertThat(connection.gate.held()).isBetween(10_000, 15_000);
        connection.atApplication();
        assertThat(connection.answers(SWITCH).atApplication()).isEqualTo("x".repeat(10_000));
    }

    @Test
    void remembersTheCallersEndWhileItReadsNoFurther() {
        connection.sends(GET.repeat(4)).gate.requestEnded();
        assertThat(connection.applicationFinished).isFalse();
        connection.answers(OK);
        assertThat(connection.atApplication()).isEqualTo(GET.repeat(4));
        assertThat(connection.applicationFinished).isTrue();
    }

    @Test
    void endsAnOpenRequestThatIsNoLongerAllowed() {
        connection.sends(GET);
        denyAll();
        assertThat(connection.atCaller()).startsWith("HTTP/1.1 403").contains("connection: close");
        assertThat(connection.refusalCode()).isEqualTo("WEFT-P001");
        assertThat(connection.records).extracting(JudgedConnection::line).containsExactly("GET a/ 403 27/192 DENIED");
    }

    @Test
    void breaksOffAResponseThatIsNoLongerAllowed() {
        connection.sends(GET).answers("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhel");
        denyAll();
        assertThat(connection.atCaller()).endsWith("hel");
        assertThat(connection.refusalCode()).isEqualTo("WEFT-P001");
        assertThat(connection.answers("lo").caller).isEmpty();
    }

    @Test
    void answersTheRequestsBeforeOneThatIsNoLongerAllowed() {
        connection.sends(GET + "POST /orders HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhello");
        connection.atApplication();
        connection.denies = request -> request.path().equals("/orders");
        connection.gate.judgeAgain();
        assertThat(connection.refusal).isNull();
        assertThat(connection.sends("world").atApplication()).isEmpty();
        assertThat(connection.answers(OK).atCaller()).startsWith(OK + "HTTP/1.1 403");
        assertThat(connection.refusalCode()).isEqualTo("WEFT-P001");
    }

    @Test
    void endsABodyThatWasAnsweredEarlyAndIsNoLongerAllowed() {
        connection
                .sends("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhello")
                .answers(OK);
        denyAll();
        assertThat(connection.atCaller()).isEqualTo(OK);
        assertThat(connection.refusalCode()).isEqualTo("WEFT-P001");
    }

    /** A proxy behind would drop the field, and the program would not see what policy saw. */
    @Test
    void policyLearnsWhichFieldsConnectionNames() {
        connection.sends(JudgedConnection.lines(
                "GET / HTTP/1.1",
                "Host: a",
                "X-Tenant: blue",
                "X-Other: a",
                "Connection: keep-alive, X-Tenant",
                "Connection: Upgrade, te",
                "Upgrade: websocket",
                ""));
        HttpRequest.Headers headers = connection.asked.getFirst().headers();
        assertThat(headers.isOfConnection("x-tenant")).isTrue();
        assertThat(headers.isOfConnection("te")).isTrue();
        assertThat(headers.isOfConnection("x-other")).isFalse();
        assertThat(headers.isOfConnection("upgrade")).isFalse();
        assertThat(headers.isOfConnection("x-ten")).isFalse();
    }

    @Test
    void leavesAloneWhatIsStillAllowed() {
        connection.sends(GET).gate.judgeAgain();
        assertThat(connection.asked).as("it is not taken for another request").hasSize(1);
        assertThat(connection.judgedAgain).isEqualTo(1);
        assertThat(connection.answers(OK).atCaller()).isEqualTo(OK);
        connection.gate.judgeAgain();
        assertThat(connection.judgedAgain).isEqualTo(1);
    }

    @Test
    void carriesAnotherProtocolOnceTheApplicationSwitches() {
        String request = upgrade("websocket");
        connection.sends(request + "early bytes \0\r\n\r\n");
        assertThat(connection.atApplication()).isEqualTo(request);
        assertThat(connection.gate.full()).isTrue();
        connection.answers(SWITCH + "\0hello");
        assertThat(connection.atCaller()).isEqualTo(SWITCH + "\0hello");
        assertThat(connection.atApplication()).isEqualTo("early bytes \0\r\n\r\n");
        assertThat(connection.resumed).isEqualTo(1);
        assertThat(connection.sends("\1\2\3").atApplication()).isEqualTo("\1\2\3");
        connection.gate.requestEnded();
        connection.gate.responseEnded();
        assertThat(connection.applicationFinished && connection.callerFinished).isTrue();
        connection.close();
        assertThat(connection.records).singleElement().satisfies(record -> {
            assertThat(record.status()).isEqualTo(101);
            assertThat(record.complete()).isTrue();
        });
    }

    @Test
    void goesOnWithHttpWhereTheApplicationDoesNotSwitch() {
        connection.sends(upgrade("websocket") + GET);
        assertThat(connection.atApplication()).isEqualTo(upgrade("websocket"));
        connection.answers(OK);
        assertThat(connection.atApplication()).isEqualTo(GET);
        connection.answers(SWITCH);
        assertThat(connection.refusalCode()).isEqualTo("WEFT-H011");
    }

    @Test
    void breaksOffAnotherProtocolThatIsNoLongerAllowed() {
        connection.sends(upgrade("websocket")).answers(SWITCH);
        denyAll();
        assertThat(connection.refusalCode()).isEqualTo("WEFT-P001");
        assertThat(connection.atCaller()).isEqualTo(SWITCH);
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2c", "H2C", "websocket, h2c", "HTTP/2.0", "TLS/1.3, x"})
    void offersNoUpgradeByWhichUnjudgedRequestsWouldFollow(String protocol) {
        connection.sends("GET / HTTP/1.1\r\nHost: a\r\nConnection: close, Upgrade, HTTP2-Settings, TE\r\nUpgrade: "
                + protocol + "\r\nHTTP2-Settings: AAMAAABk\r\nX: y\r\n\r\n");
        assertThat(connection.atApplication())
                .isEqualTo("GET / HTTP/1.1\r\nHost: a\r\nX: y\r\nConnection: close, te\r\n\r\n");
        connection.answers(SWITCH);
        assertThat(connection.refusalCode()).isEqualTo("WEFT-H011");
    }

    @Test
    void tellsOfOpenRequestsWhenItIsClosed() {
        connection.sends(GET + GET + "GET /half HTTP/1.1\r\n");
        connection.close();
        assertThat(connection.records)
                .extracting(JudgedConnection::line)
                .containsExactly("GET a/ 0 27/0 ALLOWED incomplete", "GET a/ 0 27/0 ALLOWED incomplete");
        connection.atApplication();
        assertThat(connection.sends(GET).answers(OK).application).isEmpty();
        assertThat(connection.caller).isEmpty();
    }

    @Test
    void leavesOutOneEmptyLineBeforeARequest() {
        connection.sends("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nok" + "\r\n" + GET + "\r\n" + GET);
        assertThat(connection.atApplication()).endsWith("\r\n\r\nok" + GET + GET);
    }

    @Test
    void refusesChunksForACallerOfHttp10() {
        connection.sends("GET / HTTP/1.0\r\n\r\n").answers("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        assertThat(connection.refusalCode()).isEqualTo("WEFT-H011");
        assertThat(connection.atCaller()).startsWith("HTTP/1.1 502");
    }
}
