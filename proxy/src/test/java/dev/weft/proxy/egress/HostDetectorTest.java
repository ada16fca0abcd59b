package dev.weft.proxy.egress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.Inbound;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.policy.egress.EgressPolicy;
import dev.weft.policy.egress.EgressRules;
import dev.weft.policy.egress.EgressTarget;
import dev.weft.policy.egress.EgressWire;
import dev.weft.policy.model.HostPattern;
import dev.weft.proxy.mesh.InboundConfig;
import dev.weft.proxy.mesh.MeshState;
import dev.weft.proxy.session.Refusal;
import dev.weft.proxy.settings.HeadLimits;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HostDetectorTest implements HostDetector.Listener {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final String REQUEST = "GET /a HTTP/1.1\r\nHost: a.example:8080\r\n\r\n";

    private final MeshState mesh = new MeshState(Clock.systemUTC());
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private @Nullable String said;
    private boolean isHttp;
    private @Nullable Refusal refusal;

    HostDetectorTest() {
        EgressRules rules = EgressRules.of(List.of(new EgressPolicy(
                "shop", "out", List.of(new EgressTarget.Host(new HostPattern("a.example"), Set.of())))));
        mesh.inbound(InboundConfig.fromProto(
                "1",
                Inbound.newBuilder().setEgress(EgressWire.toProto(rules)).build(),
                TrustDomain.parse("cluster.local")));
        channel.freezeTime();
        channel.pipeline().addFirst(new HostDetector(new OutsideCall(mesh, HeadLimits.DEFAULTS), 443, PATIENCE, this));
    }

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    @Override
    public void named(boolean http, ByteBuf first, boolean inputEnded) {
        isHttp = http;
        said = first.toString(StandardCharsets.ISO_8859_1);
        first.release();
    }

    @Override
    public void refused(Refusal why) {
        refusal = why;
    }

    private void say(String text) {
        channel.writeInbound(Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1));
    }

    private void assertRefused(Refusal.Code code, String reason) {
        assertThat(said).isNull();
        assertThat(refusal).isNotNull().satisfies(why -> {
            assertThat(why.code()).isEqualTo(code.code());
            assertThat(why.reason()).contains(reason);
        });
        assertThat(channel.pipeline().get(HostDetector.class)).isNull();
    }

    @Test
    void readsTheHostOfARequestOctetByOctet() {
        for (int i = 0; i < REQUEST.length(); i++) {
            assertThat(said).isNull();
            say(REQUEST.substring(i, i + 1));
        }
        assertThat(said).isEqualTo(REQUEST);
        assertThat(isHttp).isTrue();
    }

    @Test
    void readsTheHostOfALongHeadHoweverItIsCut() {
        String cookie = "Cookie: " + "a".repeat(20 * 1024) + "\r\n\r\n";
        String request = REQUEST.substring(0, REQUEST.length() - 2) + cookie;
        say(request.substring(0, 18 * 1024));
        assertThat(refusal).isNull();
        say(request.substring(18 * 1024));
        assertThat(said).isEqualTo(request);
    }

    @Test
    void readsTheHostOfTls() {
        String hello = new String(new Hello().naming("a.example").octets(), StandardCharsets.ISO_8859_1);
        say(hello.substring(0, 20));
        say(hello.substring(20) + "more");
        assertThat(said).isEqualTo(hello + "more");
        assertThat(isHttp).isFalse();
    }

    @Test
    void refusesAnotherHost() {
        say(REQUEST.replace("a.example", "b.example"));
        assertRefused(Refusal.Code.EGRESS_DENIED, "host b.example on port 443");
    }

    @Test
    void refusesTlsWithoutAName() {
        say(new String(new Hello().octets(), StandardCharsets.ISO_8859_1));
        assertRefused(Refusal.Code.EGRESS_UNREADABLE, "no server name");
    }

    @Test
    void refusesARequestWithoutAHost() {
        say("GET / HTTP/1.0\r\n\r\n");
        assertRefused(Refusal.Code.EGRESS_DENIED, "a request without a host");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SSH-2.0-OpenSSH_9.0\r\n",
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a.example\r\nHost: b.example\r\n\r\n",
                "GET http://b.example/ HTTP/1.1\r\nHost: a.example\r\n\r\n",
                "CONNECT b.example:443 HTTP/1.1\r\nHost: a.example\r\n\r\n",
                "GET / HTTP/1.1\nHost: a.example\n\n"
            })
    void refusesWhatCannotBeReadInOneWay(String first) {
        say(first);
        assertRefused(Refusal.Code.EGRESS_UNREADABLE, "the application names none");
    }

    @Test
    void refusesWhoIsSilent() {
        channel.advanceTimeBy(PATIENCE.toMillis() - 1, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
        assertThat(refusal).isNull();
        channel.advanceTimeBy(1, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
        assertRefused(Refusal.Code.EGRESS_SILENT, "allow it by cidr");
    }

    @Test
    void refusesWhoEndsBefore() {
        say("GET / HTT");
        channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        assertRefused(Refusal.Code.EGRESS_UNREADABLE, "it ended before");
    }

    @Test
    void keepsNoMoreThanItMay() {
        say("GET / HTTP/1.1\r\nHost: a.example\r\n");
        for (int i = 0; i < 33 && refusal == null; i++) {
            say("X-" + i + ": " + "x".repeat(1000) + "\r\n");
        }
        assertRefused(Refusal.Code.EGRESS_UNREADABLE, "HTTP/1.1 that can be read in one way: WEFT-H007");
    }

    @Test
    void keepsNoMoreOfAClientHelloThanItMay() {
        byte[] record = new byte[5 + ClientHello.MOST];
        record[0] = 22;
        record[1] = 3;
        record[2] = 1;
        record[3] = 64;
        channel.writeInbound(Unpooled.wrappedBuffer(record, 0, record.length - 1));
        assertThat(refusal).isNotNull();
    }

    @Test
    void lastsNoLongerThanTheConnection() {
        say("GET");
        var _ = channel.close();
        channel.advanceTimeBy(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
        assertThat(refusal).isNull();
        assertThat(said).isNull();
    }
}
