package dev.weft.proxy;

import static dev.weft.api.v1.PolicyAction.POLICY_ACTION_ALLOW;
import static dev.weft.proxy.GrpcProbed.CHECK;
import static dev.weft.proxy.GrpcProbed.DATA;
import static dev.weft.proxy.GrpcProbed.END_STREAM;
import static dev.weft.proxy.GrpcProbed.MESSAGE;
import static dev.weft.proxy.GrpcProbed.frame;
import static dev.weft.proxy.GrpcProbed.head;
import static dev.weft.proxy.GrpcProbed.say;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.InboundMode;
import dev.weft.testing.Waiting;
import java.io.IOException;
import java.net.Socket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Octets in plaintext to a permissive workload whose policies judge requests: the probe is exempt, and no more. */
@Timeout(60)
class JudgedGrpcProbeTest {
    private static final String FORBIDDEN = "decision=\"deny\"} 1";

    private GrpcProbed probed;

    @BeforeEach
    void start() throws Exception {
        probed = new GrpcProbed();
        probed.exempt(
                InboundMode.INBOUND_MODE_PERMISSIVE,
                true,
                Requests.policy(POLICY_ACTION_ALLOW, true, Requests.path("/orders")));
    }

    @AfterEach
    void stop() throws IOException {
        probed.close();
    }

    private void waitFor(String metric) {
        Waiting.until(metric, () -> probed.mesh.api.metrics().text().contains(metric));
    }

    @Test
    void theApplicationSeesNoMoreThanAProbeSays() throws Exception {
        try (Socket socket = probed.begun()) {
            say(
                    socket,
                    head(1, 0, CHECK + " x-forwarded-for=10.0.0.1 x-forwarded-client-cert=spiffe://a/b cookie=a"),
                    head(1, END_STREAM, "x-last=spiffe://a/b"));
            assertThat(probed.application.nextHead()).isEqualTo(CHECK);
            assertThat(probed.application.nextHead()).isEqualTo("trailers null");
        }
    }

    @Test
    void theSecondCallOfAConnectionIsJudged() throws Exception {
        try (Socket socket = probed.begun()) {
            say(socket, head(1, 0, CHECK), frame(DATA, END_STREAM, 1, MESSAGE));
            assertThat(probed.application.nextEnd()).isEqualTo("end");
            say(socket, head(3, 0, CHECK), frame(DATA, END_STREAM, 3, MESSAGE));
            waitFor(FORBIDDEN);
        }
        assertThat(probed.application.heads).hasSize(1);
    }

    @Test
    void aCallAfterAnotherRequestIsJudged() throws Exception {
        try (Socket socket = probed.begun()) {
            say(socket, head(1, END_STREAM, CHECK.replace("/Check", "/List")), head(3, END_STREAM, CHECK));
            waitFor("decision=\"deny\"} 2");
        }
        assertThat(probed.application.heads).isEmpty();
    }

    @Test
    void aCallWithALargeHeadIsJudged() throws Exception {
        String agent = " user-agent=" + "a".repeat(100);
        try (Socket socket = probed.begun()) {
            say(socket, head(1, END_STREAM, CHECK + agent.repeat(20)));
            waitFor(FORBIDDEN);
        }
        assertThat(probed.application.heads).isEmpty();
    }

    @Test
    void aLongBodyIsBrokenOff() throws Exception {
        try (Socket socket = probed.begun()) {
            say(socket, head(1, 0, CHECK), frame(DATA, 0, 1, new byte[2000]));
            Waiting.until("taken", () -> probed.application.taken.get() == 2000);
            say(socket, frame(DATA, 0, 1, new byte[100]));
            assertThat(probed.application.nextEnd()).isEqualTo("reset CANCEL");
        }
        assertThat(probed.application.taken).hasValue(2000);
    }

    @Test
    void anAllowedCallWithALongBodyPasses() throws Exception {
        probed.exempt(
                InboundMode.INBOUND_MODE_PERMISSIVE,
                true,
                Requests.policy(POLICY_ACTION_ALLOW, true, Requests.path("/grpc.health.v1.Health")));
        try (Socket socket = probed.begun()) {
            say(socket, head(1, 0, CHECK + " x-other=a"), frame(DATA, END_STREAM, 1, new byte[5000]));
            assertThat(probed.application.nextHead()).contains("x-other=a");
            assertThat(probed.application.nextEnd()).isEqualTo("end");
        }
        assertThat(probed.application.taken).hasValue(5000);
    }
}
