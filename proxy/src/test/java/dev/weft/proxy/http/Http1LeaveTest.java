package dev.weft.proxy.http;

import static dev.weft.proxy.http.JudgedConnection.get;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The end of a connection of HTTP/1.1 with the next response, so that a caller that waits for each response loses no
 * request (RFC 9112 section 9.6).
 */
class Http1LeaveTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final String LAST = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";
    private static final String UPGRADE =
            "GET /1 HTTP/1.1\r\nHost: api\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n";

    private static JudgedConnection leaving() {
        JudgedConnection made = new JudgedConnection();
        made.leaves = true;
        return made;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 10_000})
    void theNextResponseIsTheLast(int piece) {
        try (JudgedConnection at = new JudgedConnection()) {
            assertThat(at.sends(get("/1")).answers(OK).atCaller()).isEqualTo(OK);
            at.leaves = true;
            at.assertContinues();
            at.sends(get("/2"), piece).answers(OK, piece);
            assertThat(at.atCaller()).isEqualTo(LAST);
            at.assertEnded();
            assertThat(at.records).hasSize(2).allMatch(RequestRecord::complete);
        }
    }

    @Test
    void aResponseWhoseHeadHasPassedIsFollowedByAnother() {
        try (JudgedConnection at = new JudgedConnection()) {
            at.sends(get("/1")).answers(OK.substring(0, OK.length() - 1));
            at.leaves = true;
            at.answers("k");
            assertThat(at.atCaller()).isEqualTo(OK);
            at.assertContinues();
            assertThat(at.sends(get("/2")).answers(OK).atCaller()).isEqualTo(LAST);
            at.assertEnded();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 20, 1000})
    void whatHasComeOfAnotherRequestIsAnswered(int part) {
        String second = get("/2");
        int come = Math.min(part, second.length());
        try (JudgedConnection at = leaving()) {
            at.sends(get("/1") + second.substring(0, come)).answers(OK);
            assertThat(at.atCaller()).isEqualTo(OK);
            at.sends(second.substring(come)).answers(OK);
            assertThat(at.atCaller()).isEqualTo(LAST);
            at.assertEnded();
        }
    }

    /** A caller that pipelines has to send it again (RFC 9112 section 9.3.2). */
    @Test
    void aRequestThatComesAfterTheLastHeadReachesNobody() {
        try (JudgedConnection at = leaving()) {
            at.sends(get("/1")).answers(LAST.substring(0, LAST.length() - 1).replace("Connection: close\r\n", ""));
            at.sends(get("/2"));
            assertThat(at.answers("k").atCaller()).isEqualTo(LAST);
            assertThat(at.atApplication()).doesNotContain("/2");
            at.assertEnded();
        }
    }

    @Test
    void aRequestBehindAnUpgradeThatIsDeclinedIsAnswered() {
        try (JudgedConnection at = leaving()) {
            assertThat(at.sends(UPGRADE + get("/2")).answers(OK).atCaller()).isEqualTo(OK);
            assertThat(at.answers(OK).atCaller()).isEqualTo(LAST);
            at.assertEnded();
        }
    }

    @Test
    void aSwitchedProtocolContinues() {
        String switches = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n";
        try (JudgedConnection at = leaving()) {
            assertThat(at.sends(UPGRADE).answers(switches + "bytes").atCaller()).isEqualTo(switches + "bytes");
            assertThat(at.sends("more").atApplication()).endsWith("more");
            at.assertContinues();
        }
    }

    @Test
    void anInterimResponseIsNotTheLast() {
        String hints = "HTTP/1.1 103 Early Hints\r\n\r\n";
        try (JudgedConnection at = leaving()) {
            assertThat(at.sends(get("/1")).answers(hints).atCaller()).isEqualTo(hints);
            assertThat(at.answers(OK).atCaller()).isEqualTo(LAST);
            at.assertEnded();
        }
    }

    @Test
    void theBodyOfARequestThatIsAnsweredEarlyStillPasses() {
        try (JudgedConnection at = leaving()) {
            at.sends("POST /1 HTTP/1.1\r\nHost: api\r\nContent-Length: 4\r\n\r\nab");
            assertThat(at.answers(OK).atCaller()).isEqualTo(LAST);
            at.assertContinues();
            at.sends("cd");
            assertThat(at.atApplication()).endsWith("\r\n\r\nabcd");
            at.assertEnded();
        }
    }

    @Test
    void aDenialIsNotTheLast() {
        try (JudgedConnection at = leaving()) {
            at.sends(get("/1") + get("/denied")).answers(OK);
            assertThat(at.atCaller()).startsWith(OK + "HTTP/1.1 403").doesNotContain("close");
            at.assertContinues();
            assertThat(at.sends(get("/2")).answers(OK).atCaller()).isEqualTo(LAST);
            at.assertEnded();
        }
    }

    @Test
    void aResponseThatEndsTheConnectionItselfPassesAsItIs() {
        try (JudgedConnection at = leaving()) {
            assertThat(at.sends(get("/1")).answers(LAST).atCaller()).isEqualTo(LAST);
            at.assertEnded();
        }
    }
}
