package dev.weft.proxy;

import static dev.weft.api.v1.PolicyAction.POLICY_ACTION_ALLOW;
import static dev.weft.api.v1.PolicyAction.POLICY_ACTION_DENY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.DefaultDecision;
import dev.weft.api.v1.InboundMode;
import dev.weft.daemon.text.HostPort;
import dev.weft.identity.trust.TrustBundles;
import dev.weft.proxy.http2.Http2Settings;
import dev.weft.proxy.http2.frame.ErrorCode;
import dev.weft.proxy.tunnel.RequestPeer;
import dev.weft.testing.Waiting;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests that come in a tunnel each as a stream of its own, at the sidecar of the workload that is called. */
@Timeout(60)
class StreamedRequestsTest {
    private Http2Application application;
    private MeshFixture mesh;
    private RequestPeer peer;

    @BeforeEach
    void start() throws Exception {
        application = new Http2Application();
        open(application.address());
    }

    private void open(InetSocketAddress called) throws Exception {
        mesh = new MeshFixture(called, "--drain-grace=60s");
        peer = new RequestPeer(
                mesh.loops, mesh.tunnelPort(), mesh.authority.issue("web", MeshFixture.LIFETIME, mesh.bundles), true);
    }

    @AfterEach
    void stop() throws Exception {
        peer.close();
        mesh.close();
        application.close();
    }

    /** With this application instead. */
    private void instead(InetSocketAddress called) throws Exception {
        peer.close();
        mesh.close();
        open(called);
    }

    private Http2Headers post(String path, String... more) {
        Http2Headers headers = RequestPeer.fields(
                ":method", "POST", ":scheme", "http", ":path", path, ":authority", "api.shop", "weft-target", target());
        for (int i = 0; i < more.length; i += 2) {
            headers.add(more[i], more[i + 1]);
        }
        return headers;
    }

    private String target() {
        return HostPort.text(mesh.application);
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private String log() {
        try {
            return mesh.accessLog("api");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aRequestGoesThroughWithBodiesAndTrailers() throws Exception {
        assertThat(peer.serverOffers()).isTrue();
        RequestPeer.Asked asked = peer.ask(
                post("/echo?a=b", "x-mine", "1", "weft-client-id", "spiffe://forged/x", "weft_client_id", "y"), false);
        asked.send(text("hello"), false).trailers(RequestPeer.fields("x-last", "l"));
        assertThat(asked.next()).isEqualTo(":status=200");
        assertThat(asked.nextButData()).isEqualTo("x-trailer=last");
        assertThat(asked.next()).isEqualTo("end");
        assertThat(asked.body()).isEqualTo("hello");
        assertThat(application.nextHead())
                .contains(
                        ":path=/echo?a=b",
                        ":authority=api.shop",
                        "x-mine=1",
                        "weft-client-id=" + mesh.authority.id("web"))
                .doesNotContain("forged", "weft_client_id", "weft-target");
        assertThat(application.nextHead()).isEqualTo("trailers l");
        Waiting.until("logged", () -> log().contains("\"path\":\"/echo\""));
        assertThat(log()).contains("\"status\":200", "\"complete\":true").doesNotContain("a=b");
        assertThat(mesh.api.metrics().text())
                .contains("weft_requests_total{protocol=\"http/2\",status=\"2xx\",decision=\"allow\"} 1");
    }

    @Test
    void manyRequestsShareASessionAndAConnection() throws Exception {
        List<RequestPeer.Asked> all = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            all.add(peer.ask(post("/echo"), true));
        }
        for (RequestPeer.Asked asked : all) {
            assertThat(asked.next()).isEqualTo(":status=200");
        }
        assertThat(application.accepted).hasValue(1);
        assertThat(mesh.api.registry().sessions()).hasSize(1);
    }

    @Test
    void interimResponsesPassAndAnApplicationCannotSpeakAsItsSidecar() throws Exception {
        RequestPeer.Asked asked = peer.ask(post("/hints"), true);
        assertThat(asked.next()).isEqualTo(":status=103 link=</a>");
        assertThat(asked.next()).isEqualTo(":status=200");
    }

    @Test
    void aResponseWhoseHeadIsTooLargeIsSaidToBeAndOthersGoOn() throws Exception {
        assertThat(peer.ask(post("/head/60000"), true).next())
                .contains(":status=502", "weft-code=WEFT-H086", "more than 32768 octets");
        RequestPeer.Asked call =
                peer.ask(post("/head/60000", "content-type", "application/grpc", "te", "trailers"), true);
        assertThat(call.next()).contains("grpc-status=14", "weft-code=WEFT-H086");
        assertThat(peer.ask(post("/head/20000"), true).next()).startsWith(":status=200 x-large=x");
        assertThat(application.accepted).hasValue(1);
        Waiting.until("logged", () -> log().contains("\"path\":\"/head/20000\""));
        assertThat(log()).contains("\"status\":502");
    }

    @Test
    void requestsAreJudgedOneByOne() throws Exception {
        mesh.api.inbound(Requests.strict(
                mesh,
                Requests.policy(POLICY_ACTION_ALLOW, false, Requests.path("/open"), Requests.grpc("s.S", "Get"))));
        RequestPeer.Asked denied = peer.ask(post("/closed"), false);
        assertThat(denied.next()).contains(":status=403", "weft-code=WEFT-P002", "weft-reason=");
        assertThat(denied.nextButData()).isEqualTo("end");
        assertThat(denied.body()).startsWith("WEFT-P002: ");
        RequestPeer.Asked call = peer.ask(post("/s.S/Delete", "content-type", "application/grpc"), true);
        assertThat(call.next())
                .contains(":status=200", "content-type=application/grpc", "grpc-status=7", "weft-code=WEFT-P002");
        assertThat(call.next()).isEqualTo("end");
        assertThat(peer.ask(post("/open"), true).next()).isEqualTo(":status=200");
        assertThat(peer.ask(post("/s.S/Get", "content-type", "application/grpc"), true)
                        .next())
                .isEqualTo(":status=200");
        assertThat(application.heads).hasSize(2);
        assertThat(mesh.api.metrics().text())
                .contains(
                        "weft_requests_total{protocol=\"grpc\",status=\"2xx\",decision=\"deny\"} 1",
                        "weft_requests_total{protocol=\"http/2\",status=\"4xx\",decision=\"deny\"} 1");
        Waiting.until("logged", () -> log().contains("\"path\":\"/closed\""));
        assertThat(log()).contains("\"decision\":\"deny\"");
    }

    /** Once policies are about requests, only such pass as can be read in one way. */
    @Test
    void aPathThatCanBeReadInTwoWaysPassesOnlyWherePoliciesAreNotAboutRequests() throws Exception {
        assertThat(peer.ask(post("/a//b;c"), true).next()).isEqualTo(":status=200");
        RequestPeer.Asked open = peer.ask(post("/a//b;d"), false);
        assertThat(open.next()).isEqualTo(":status=200");
        mesh.api.inbound(Requests.strict(mesh, Requests.policy(POLICY_ACTION_ALLOW, false, Requests.path("/"))));
        assertThat(open.next()).isEqualTo("reset CANCEL");
        assertThat(peer.ask(post("/a//b;c"), true).next()).contains(":status=400", "weft-code=WEFT-H004");
    }

    @Test
    void aChangeOfPolicyEndsWhatIsNoLongerAllowedAndNothingElse() throws Exception {
        RequestPeer.Asked watch = peer.ask(post("/s.S/Watch", "content-type", "application/grpc"), false);
        RequestPeer.Asked silent = peer.ask(post("/silent/s"), false);
        RequestPeer.Asked plain = peer.ask(post("/closed"), false);
        RequestPeer.Asked stays = peer.ask(post("/open"), false);
        assertThat(watch.next()).isEqualTo(":status=200");
        assertThat(plain.next()).isEqualTo(":status=200");
        assertThat(stays.next()).isEqualTo(":status=200");
        mesh.api.inbound(Requests.strict(mesh, Requests.policy(POLICY_ACTION_ALLOW, false, Requests.path("/open"))));
        assertThat(watch.next()).contains("grpc-status=7", "weft-code=WEFT-P002");
        assertThat(watch.next()).isEqualTo("end");
        assertThat(silent.next()).contains(":status=403");
        assertThat(plain.next()).isEqualTo("reset CANCEL");
        stays.send(text("still"), true);
        assertThat(stays.nextButData()).isEqualTo("x-trailer=last");
        assertThat(stays.body()).isEqualTo("still");
        for (int i = 0; i < 3; i++) {
            assertThat(application.nextEnd()).isEqualTo("reset CANCEL");
        }
    }

    @Test
    void aCallerThatIsDeniedAltogetherLosesItsRequestsAndGetsNoMore() throws Exception {
        RequestPeer.Asked open = peer.ask(post("/silent"), false);
        assertThat(application.nextHead()).contains("/silent");
        mesh.api.inbound(
                mesh.inbound(InboundMode.INBOUND_MODE_STRICT, DefaultDecision.DEFAULT_DECISION_AUTHENTICATED, "web"));
        assertThat(open.next()).contains(":status=403", "weft-code=WEFT-P001");
        assertThat(peer.ask(post("/open"), true).next()).contains(":status=403", "weft-code=WEFT-P001");
        assertThat(peer.ask(post("/s/G", "content-type", "application/grpc"), true)
                        .next())
                .contains("grpc-status=7");
        assertThat(application.heads).isEmpty();
        Waiting.until("ended", () -> mesh.api.registry().sessions().isEmpty());
    }

    @Test
    void whatTrustEndsItEndsWithTheTunnel() throws Exception {
        RequestPeer.Asked open = peer.ask(post("/silent"), false);
        assertThat(application.nextHead()).contains("/silent");
        mesh.api.bundles(TrustBundles.of());
        assertThat(open.next()).contains(":status=403", "weft-code=WEFT-D016");
        assertThat(application.nextEnd()).isEqualTo("reset CANCEL");
        assertThat(peer.ends()).isTrue();
        Waiting.until("ended", () -> mesh.api.registry().sessions().isEmpty());
    }

    @Test
    void resetsPassBothWays() throws Exception {
        assertThat(peer.ask(post("/reset/ENHANCE_YOUR_CALM"), false).next()).isEqualTo("reset ENHANCE_YOUR_CALM");
        assertThat(peer.ask(post("/reset/FLOW_CONTROL_ERROR"), false).next()).isEqualTo("reset INTERNAL_ERROR");
        RequestPeer.Asked silent = peer.ask(post("/silent"), false);
        for (int i = 0; i < 3; i++) {
            application.nextHead();
        }
        silent.reset(ErrorCode.CANCEL);
        assertThat(application.nextEnd()).isEqualTo("reset CANCEL");
        RequestPeer.Asked strange = peer.ask(post("/silent"), false);
        application.nextHead();
        strange.reset(ErrorCode.COMPRESSION_ERROR);
        assertThat(application.nextEnd()).isEqualTo("reset CANCEL");
    }

    @Test
    void anApplicationThatTakesNoMoreGetsTheNextInAnotherConnection() throws Exception {
        assertThat(peer.ask(post("/goaway"), true).next()).isEqualTo(":status=200");
        Waiting.until("another", () -> {
            try {
                return peer.ask(post("/echo"), true).next().equals(":status=200") && application.accepted.get() > 1;
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    @Test
    void anApplicationThatAnswersAndDoesNotReadTheRestHoldsNothing() throws Exception {
        RequestPeer.Asked early = peer.ask(post("/silent/early"), false);
        assertThat(early.next()).isEqualTo(":status=200");
        early.send(new byte[200 * 1024], true);
        assertThat(application.nextEnd()).isEqualTo("reset CANCEL");
        assertThat(peer.ask(post("/echo"), true).next()).isEqualTo(":status=200");
        Waiting.until("let go", () -> mesh.api.registry().held() == 0);
    }

    @Test
    void connectionsThatEndWithTheirRequestsAreNotInTheWayOfOthers() throws Exception {
        List<RequestPeer.Asked> open = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            open.add(peer.ask(post("/open"), false));
            assertThat(open.getLast().next()).isEqualTo(":status=200");
            assertThat(peer.ask(post("/goaway"), true).next()).isEqualTo(":status=200");
        }
        assertThat(peer.ask(post("/echo"), true).next()).isEqualTo(":status=200");
        assertThat(application.accepted.get()).isGreaterThan(4);
        for (RequestPeer.Asked asked : open) {
            assertThat(asked.send(new byte[0], true).next()).isEqualTo("x-trailer=last");
        }
    }

    @Test
    void anApplicationOfFewStreamsGetsMoreConnectionsAndTheRestWaits() throws Exception {
        Http2Settings d = Http2Settings.DEFAULTS;
        try (Http2Application few = new Http2Application(new Http2Settings(
                d.streamWindow(),
                d.maxStreamWindow(),
                d.connectionWindow(),
                d.maxFrameSize(),
                2,
                d.maxHeaderListSize(),
                d.sendQueueHigh(),
                d.sendQueueLow(),
                d.settingsTimeout()))) {
            instead(few.address());
            List<RequestPeer.Asked> all = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                all.add(peer.ask(post("/open"), false));
            }
            Waiting.until("eight at a time", () -> few.heads.size() == 8);
            assertThat(few.accepted).hasValue(4);
            all.forEach(asked -> asked.send(new byte[0], true));
            for (RequestPeer.Asked asked : all) {
                assertThat(asked.next()).isEqualTo(":status=200");
            }
        }
    }

    @Test
    void anApplicationThatIsLostIsSaidToBe() throws Exception {
        RequestPeer.Asked silent = peer.ask(post("/silent"), false);
        RequestPeer.Asked call = peer.ask(post("/silent/c", "content-type", "application/grpc"), false);
        RequestPeer.Asked begun = peer.ask(post("/echo", "content-type", "application/grpc"), false);
        RequestPeer.Asked other = peer.ask(post("/echo"), false);
        assertThat(begun.next()).isEqualTo(":status=200");
        assertThat(other.next()).isEqualTo(":status=200");
        application.breakOff();
        assertThat(silent.next()).contains(":status=503", "weft-code=WEFT-H041").doesNotContain("weft-unseen");
        assertThat(call.next())
                .contains("grpc-status=14", "weft-code=WEFT-H041")
                .doesNotContain("weft-unseen");
        assertThat(begun.next()).contains("grpc-status=14");
        assertThat(other.next()).isEqualTo("reset INTERNAL_ERROR");
        assertThat(peer.ask(post("/echo"), true).next()).isEqualTo(":status=200");
    }

    @Test
    void anApplicationThatIsNotThereOrDoesNotSpeakHttp2IsSaidToBe() throws Exception {
        instead(MeshFixture.NOWHERE);
        assertThat(peer.ask(post("/a"), true).next()).contains(":status=503", "weft-code=WEFT-D012", "weft-unseen=1");
        assertThat(peer.ask(post("/a", "content-type", "application/grpc"), true)
                        .next())
                .contains("grpc-status=14", "weft-code=WEFT-D012", "weft-unseen=1");
        try (EchoServer echo = new EchoServer()) {
            instead(echo.address());
            assertThat(peer.ask(post("/a"), true).next())
                    .contains(":status=502", "weft-code=WEFT-H040")
                    .doesNotContain("weft-unseen");
        }
    }

    @Test
    void aSlowApplicationHoldsItsCallerBackAndNobodyElse() throws Exception {
        RequestPeer.Asked slow = peer.ask(post("/silent"), false);
        byte[] much = new byte[64 * 1024];
        Waiting.until("stopped", () -> {
            if (slow.writable) {
                slow.send(much, false); // once its windows are full it stays as it is
            }
            return !slow.writable && slow.queued() > 0;
        });
        RequestPeer.Asked other = peer.ask(post("/echo"), false).send(text("quick"), true);
        assertThat(other.nextButData()).isEqualTo(":status=200");
        assertThat(other.nextButData()).isEqualTo("x-trailer=last");
        assertThat(application.taken.get()).isLessThan(2 << 20);
        assertThat(mesh.api.registry().held()).isLessThan(2 << 20);
        slow.reset(ErrorCode.CANCEL);
        Waiting.until("let go", () -> mesh.api.registry().held() == 0);
    }

    @Test
    void aSlowCallerHoldsItsApplicationBack() throws Exception {
        RequestPeer.Asked deaf = peer.ask(post("/flood"), true);
        deaf.consumes = false;
        assertThat(deaf.next()).isEqualTo(":status=200");
        RequestPeer.Asked other = peer.ask(post("/echo"), true);
        assertThat(other.next()).isEqualTo(":status=200");
        assertThat(mesh.api.registry().held()).isLessThan(2 << 20);
        deaf.reset(ErrorCode.CANCEL);
        assertThat(application.nextEnd()).isEqualTo("end");
        assertThat(application.nextEnd()).isEqualTo("end");
        assertThat(application.nextEnd()).isEqualTo("reset CANCEL");
    }

    @Test
    void aDenyPolicyOfRequestsHoldsForThemToo() throws Exception {
        mesh.api.inbound(Requests.strict(
                mesh,
                Requests.policy(POLICY_ACTION_DENY, false, Requests.path("/admin")),
                Requests.policy(POLICY_ACTION_ALLOW, false, Requests.path("/"))));
        assertThat(peer.ask(post("/admin/x"), true).next()).contains(":status=403", "weft-code=WEFT-P001");
        assertThat(peer.ask(post("/x"), true).next()).isEqualTo(":status=200");
    }

    @Test
    void theWorkloadDrainsWithItsRequests() throws Exception {
        RequestPeer.Asked open = peer.ask(post("/echo"), false);
        assertThat(open.next()).isEqualTo(":status=200");
        Thread draining = Thread.startVirtualThread(() -> {
            try {
                mesh.api.drain();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        open.send(text("last"), true);
        assertThat(open.nextButData()).isEqualTo("x-trailer=last");
        draining.join();
        assertThat(mesh.api.registry().sessions()).isEmpty();
        assertThat(peer.ends()).isTrue();
    }
}
