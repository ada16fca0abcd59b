package dev.weft.proxy.http;

import static dev.weft.proxy.http.JudgedConnection.get;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The end in order of a connection of HTTP/1.1 whose requests are judged (RFC 9112 section 9.6). */
class Http1DrainTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    private static final String UPGRADE =
            "GET /1 HTTP/1.1\r\nHost: api\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n";
    private static final String SWITCHES = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n";

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 10_000})
    void theLastOfTheOpenRequestsIsAnsweredWithConnectionClose(int piece) {
        try (JudgedConnection at = new JudgedConnection()) {
            at.sends(get("/1") + get("/2"));
            at.gate.drain();
            at.sends(get("/3"));
            assertThat(at.atApplication()).isEqualTo(get("/1") + get("/2"));
            String kept = "HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nkeep-alive: timeout=5\r\nX: y\r\n"
                    + "Connection: X\r\nContent-Length: 2\r\n\r\nok";
            at.answers(kept, piece);
            assertThat(at.atCaller()).isEqualTo(kept);
            at.assertContinues();
            at.answers(kept, piece);
            assertThat(at.atCaller())
                    .isEqualTo("HTTP/1.1 200 OK\r\nX: y\r\nConnection: X\r\nContent-Length: 2\r\n"
                            + "Connection: close\r\n\r\nok");
            at.assertEnded();
            assertThat(at.records).hasSize(2).allMatch(RequestRecord::complete);
            assertThat(at.asked).hasSize(2);
        }
    }

    @Test
    void anIdleConnectionEndsAtOnce() {
        try (JudgedConnection at = new JudgedConnection()) {
            at.sends(get("/1")).answers(OK);
            at.gate.drain();
            at.assertEnded();
            assertThat(at.sends(get("/2")).asked).hasSize(1);
        }
    }

    @Test
    void aResponseWhoseHeadHasPassedIsTheLastOne() {
        try (JudgedConnection at = new JudgedConnection()) {
            at.sends(get("/1")).answers("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no");
            at.gate.drain();
            at.assertContinues();
            assertThat(at.answers("k").atCaller()).isEqualTo(OK);
            at.assertEnded();
        }
    }

    @Test
    void aRequestWhoseHeadHasComeInPartIsTheLastOne() {
        try (JudgedConnection at = new JudgedConnection()) {
            at.sends("GET /1 HTTP/1.1\r\nHo");
            at.gate.drain();
            at.sends("st: api\r\n\r\n" + get("/2"));
            assertThat(at.atApplication()).isEqualTo(get("/1"));
            assertThat(at.answers(OK).atCaller()).contains("\r\nConnection: close\r\n");
            at.assertEnded();
        }
    }

    @Test
    void aRequestWhoseHeadHasComeInPartBehindAnotherDoesNotPass() {
        try (JudgedConnection at = new JudgedConnection()) {
            at.sends(get("/1") + "GET /2 HTTP/1.1\r\nHo");
            at.gate.drain();
            at.sends("st: api\r\n\r\n").answers(OK);
            assertThat(at.atApplication()).isEqualTo(get("/1"));
            at.assertEnded();
        }
    }

    @Test
    void theBodyOfARequestThatIsAnsweredEarlyStillPasses() {
        try (JudgedConnection at = new JudgedConnection()) {
            at.sends("POST /1 HTTP/1.1\r\nHost: api\r\nContent-Length: 4\r\n\r\nab");
            at.gate.drain();
            assertThat(at.answers(OK).atCaller()).contains("Connection: close");
            at.assertContinues();
            at.sends("cd" + get("/2"));
            assertThat(at.atApplication()).endsWith("\r\n\r\nabcd");
            at.assertEnded();
            assertThat(at.records).singleElement().matches(RequestRecord::complete);
        }
    }

    @Test
    void aDenialThatIsTheLastAnswerSaysSo() {
        try (JudgedConnection at = new JudgedConnection()) {
            at.sends(get("/1") + get("/denied"));
            at.gate.drain();
            assertThat(at.answers(OK).atCaller())
                    .startsWith(OK + "HTTP/1.1 403 Forbidden")
                    .contains("\r\nconnection: close\r\n");
            at.assertEnded();
        }
    }

    @Test
    void aRequestThatWaitsForAPlaceIsTheLastOne() {
        try (JudgedConnection at = new JudgedConnection()) {
            at.waits = true;
            at.sends(get("/1") + get("/denied") + get("/3"));
            at.gate.drain();
            assertThat(at.answers(OK).atCaller()).isEqualTo(OK);
            at.assertContinues();
            at.atApplication();
            Objects.requireNonNull(at.waiting).accept(at.judge(at.allowed.getFirst()));
            assertThat(at.atApplication()).isEqualTo(get("/denied"));
            assertThat(at.answers(OK).atCaller()).contains("Connection: close");
            at.assertEnded();
        }
    }

    @Test
    void aSwitchedProtocolContinues() {
        try (JudgedConnection at = new JudgedConnection()) {
            at.sends(UPGRADE);
            at.gate.drain();
            hasSwitched(at, SWITCHES);
        }
    }

    private static void hasSwitched(JudgedConnection at, String response) {
        assertThat(at.answers(response + "bytes").atCaller()).isEqualTo(response + "bytes");
        assertThat(at.sends("more").atApplication()).endsWith("more");
        at.assertContinues();
        assertThat(at.refusal).isNull();
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 40})
    void aProtocolMayStillSwitchWhoseRequestHasComeInPart(int part) {
        try (JudgedConnection at = new JudgedConnection()) {
            at.sends(UPGRADE.substring(0, part));
            at.gate.drain();
            at.sends(UPGRADE.substring(part));
            hasSwitched(at, SWITCHES);
        }
    }

    @Test
    void aProtocolMayStillSwitchWhoseRequestHasABody() {
        try (JudgedConnection at = new JudgedConnection()) {
            at.sends(UPGRADE.replace("Host: api\r\n", "Host: api\r\nContent-Length: 4\r\n") + "ab");
            at.gate.drain();
            at.sends("cd");
            hasSwitched(at, SWITCHES);
        }
    }

    @Test
    void aTunnelMayStillBeginWhoseRequestHasComeInPart() {
        try (JudgedConnection at = new JudgedConnection(Http1Gate.MOST_OPEN, true)) {
            at.sends("CONNECT db.example:5432 HTTP/1.1\r\nHo");
            at.gate.drain();
            at.sends("st: db.example:5432\r\n\r\n");
            hasSwitched(at, "HTTP/1.1 200 OK\r\n\r\n");
        }
    }

    @Test
    void aProtocolMayStillSwitchWhoseRequestWaitsForAPlace() {
        try (JudgedConnection at = new JudgedConnection()) {
            at.waits = true;
            at.sends(get("/1")).answers(OK);
            at.sends(UPGRADE.replace("/1 ", "/denied "));
            at.gate.drain();
            Objects.requireNonNull(at.waiting).accept(at.judge(at.allowed.getFirst()));
            at.atCaller();
            hasSwitched(at, SWITCHES);
        }
    }

    @Test
    void nothingFollowsAnUpgradeThatCameInPartAndIsDeclined() {
        try (JudgedConnection at = new JudgedConnection()) {
            at.sends(UPGRADE.substring(0, 10));
            at.gate.drain();
            at.sends(UPGRADE.substring(10) + get("/2"));
            assertThat(at.answers(OK).atCaller()).contains("Connection: close");
            assertThat(at.atApplication()).isEqualTo(UPGRADE);
            at.assertEnded();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Connection: close\r\n"})
    void nothingFollowsAnUpgradeThatIsDeclinedInPieces(String field) {
        String head = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n" + field + "\r\n";
        try (JudgedConnection at = new JudgedConnection()) {
            at.sends(UPGRADE + get("/2"));
            at.gate.drain();
            assertThat(at.answers(head).atCaller()).containsOnlyOnce("Connection: close");
            assertThat(at.answers("ok").atCaller()).isEqualTo("ok");
            assertThat(at.atApplication()).isEqualTo(UPGRADE);
            assertThat(at.asked).hasSize(1);
            at.assertEnded();
        }
    }
}
