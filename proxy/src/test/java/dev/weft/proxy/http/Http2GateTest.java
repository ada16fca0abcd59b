package dev.weft.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Settings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A caller and an application on Netty's codec, who must not notice the gate but by what it denies. */
class Http2GateTest {
    private Http2Rig rig = new Http2Rig();

    @AfterEach
    void close() {
        rig.close();
    }

    private void with(Http2Settings ofClient, Http2Settings ofServer) {
        rig.close();
        rig = new Http2Rig(ofClient, ofServer);
    }

    private void respond(int id) {
        rig.server.headers(
                id,
                new DefaultHttp2Headers().status("200").add("x-same", "in each response, so that it is indexed"),
                false);
        rig.server.data(id, 10, true);
        rig.pump();
    }

    @Test
    void anAllowedRequestPassesWithTheIdentityThatWasProven() {
        int id = rig.request(Http2Rig.get("/yes?q=1"), true);
        assertThat(rig.server.heard(id)).containsExactly("headers /yes?q=1 end");
        assertThat(rig.server.first(id).getAll("weft-client-id")).hasSize(1);
        assertThat(rig.server.first(id).get("weft-client-id")).hasToString(Http2Rig.CLIENT_ID);
        respond(id);
        assertThat(rig.client.heard(id)).hasSize(2).element(0).isEqualTo("headers 200");
        assertThat(rig.records).hasSize(1);
        RequestRecord record = rig.records.getFirst();
        assertThat(record.path()).isEqualTo("/yes");
        assertThat(record.host()).isEqualTo("api.example");
        assertThat(record.status()).isEqualTo(200);
        assertThat(record.complete()).isTrue();
        assertThat(rig.gate.held()).isZero();
    }

    @Test
    void aDeniedRequestIsAnsweredAndNeverReachesTheApplication() {
        int id = rig.request(Http2Rig.get("/no"), true);
        assertThat(rig.server.heard(id)).isEmpty();
        assertThat(rig.client.heard(id).getFirst()).startsWith("headers 403");
        assertThat(rig.client.first(id).get("weft-code")).hasToString("WEFT-P001");
        assertThat(rig.client.first(id).get("weft-reason")).hasToString("shop/closed denies it");
        assertThat(rig.records).singleElement().satisfies(record -> {
            assertThat(record.status()).isEqualTo(403);
            assertThat(record.decision().allowed()).isFalse();
        });
    }

    @Test
    void aDenialHasABodyWhereTheCallerHasRoomForOne() {
        int without = rig.request(Http2Rig.get("/no"), true);
        assertThat(rig.client.heard(without)).containsExactly("headers 403 end");
        int upload = rig.request(Http2Rig.get("/yes").method("POST"), true);
        rig.server.headers(upload, new DefaultHttp2Headers().status("200"), false);
        for (int i = 0; i < 8; i++) {
            rig.server.data(upload, 8192, false);
            rig.pump();
        }
        int with = rig.request(Http2Rig.get("/no"), true);
        assertThat(rig.client.heard(with))
                .containsExactly("headers 403", "data WEFT-P001: shop/closed denies it\n end");
    }

    @Test
    void theTablesOfBothSidesStayInStepWhateverIsDenied() {
        for (int i = 0; i < 50; i++) {
            int denied = rig.request(Http2Rig.get("/no").add("x-new-" + i, "indexed by the caller " + i), true);
            assertThat(rig.client.heard(denied).getFirst()).startsWith("headers 403");
            int id = rig.request(Http2Rig.get("/yes").add("x-new-" + i, "indexed by the caller " + i), true);
            assertThat(rig.server.first(id).get("x-new-" + i)).hasToString("indexed by the caller " + i);
            respond(id);
            assertThat(rig.client.first(id).get("x-same")).hasToString("in each response, so that it is indexed");
        }
        assertThat(rig.client.goAways).isEmpty();
        assertThat(rig.server.goAways).isEmpty();
    }

    @Test
    void tablesOfSizeZeroAreKeptTo() {
        with(
                Http2Settings.defaultSettings().headerTableSize(0),
                Http2Settings.defaultSettings().headerTableSize(0));
        int denied = rig.request(Http2Rig.get("/no"), true);
        assertThat(rig.client.heard(denied).getFirst()).startsWith("headers 403");
        int id = rig.request(Http2Rig.get("/yes"), true);
        respond(id);
        assertThat(rig.client.heard(id).getFirst()).isEqualTo("headers 200");
        assertThat(rig.client.goAways).isEmpty();
        assertThat(rig.server.goAways).isEmpty();
    }

    @Test
    void largeTablesAreNotOfferedOn() {
        with(
                Http2Settings.defaultSettings().headerTableSize(65_536),
                Http2Settings.defaultSettings().headerTableSize(65_536));
        assertThat(rig.client.settings().headerTableSize()).isEqualTo(4096);
        assertThat(rig.server.settings().headerTableSize()).isEqualTo(4096);
        respond(rig.request(Http2Rig.get("/yes"), true));
        assertThat(rig.client.goAways).isEmpty();
    }

    @Test
    void aDeniedCallOfGrpcGetsTrailersOnly() {
        int id = rig.request(Http2Rig.grpc("/no.Service/Method"), false);
        assertThat(rig.client.heard(id)).first().isEqualTo("headers 200 grpc 7 end");
        assertThat(rig.client.first(id).get("content-type")).hasToString("application/grpc");
        assertThat(rig.client.first(id).get("grpc-message")).hasToString("shop/closed denies it");
        assertThat(rig.server.heard(id)).isEmpty();
        assertThat(rig.records.getFirst().grpcStatus()).isEqualTo(7);
    }

    @Test
    void aDeniedBodyIsSwallowedAndItsCreditGoesBack() {
        int denied = 0;
        for (int i = 0; i < 20; i++) {
            denied = rig.request(Http2Rig.get("/slow").method("POST"), false);
            rig.allowed = _ -> true;
            rig.client.data(denied, 16_000, false);
            rig.allowed = _ -> false;
            rig.gate.judgeAgain();
            rig.pump();
            rig.allowed = _ -> true;
            assertThat(rig.client.heard(denied)).isNotEmpty();
        }
        int id = rig.request(Http2Rig.get("/yes").method("POST"), false);
        rig.client.data(id, 60_000, true);
        rig.pump();
        assertThat(rig.server.heard(id).getLast()).endsWith("end");
        assertThat(rig.client.goAways).isEmpty();
        assertThat(rig.server.goAways).isEmpty();
    }

    @Test
    void bodiesPassBothWaysWithinTheWindowsOfBothSides() {
        int id = rig.request(Http2Rig.get("/yes").method("POST"), false);
        for (int i = 0; i < 50; i++) {
            rig.client.data(id, 10_000, i == 49);
            rig.pump();
        }
        assertThat(rig.server.data).isEqualTo(500_000);
        rig.server.headers(id, new DefaultHttp2Headers().status("200"), false);
        for (int i = 0; i < 50; i++) {
            rig.server.data(id, 10_000, i == 49);
            rig.pump();
        }
        assertThat(rig.client.data).isEqualTo(500_000);
        assertThat(rig.records.getFirst().responseBytes()).isGreaterThan(500_000);
        assertThat(rig.gate.held()).isZero();
    }

    @Test
    void trailersAndInterimResponsesPass() {
        int id = rig.request(Http2Rig.get("/yes").method("POST"), false);
        rig.client.headers(id, new DefaultHttp2Headers().add("x-sum", "1"), true);
        rig.pump();
        assertThat(rig.server.heard(id)).containsExactly("headers /yes", "headers end");
        rig.server.headers(id, new DefaultHttp2Headers().status("103"), false);
        rig.server.headers(id, new DefaultHttp2Headers().status("204"), false);
        rig.server.headers(id, new DefaultHttp2Headers().add("x-sum", "2"), true);
        rig.pump();
        assertThat(rig.client.heard(id)).containsExactly("headers 103", "headers 204", "headers end");
        assertThat(rig.records.getFirst().status()).isEqualTo(204);
    }

    @Test
    void anOpenCallEndsWhenPolicyChangesAndTheOthersGoOn() {
        int call = rig.request(Http2Rig.grpc("/shop.Orders/Watch"), false);
        int other = rig.request(Http2Rig.grpc("/shop.Orders/Get"), false);
        for (int id : new int[] {call, other}) {
            rig.server.headers(
                    id, new DefaultHttp2Headers().status("200").add("content-type", "application/grpc"), false);
            rig.server.data(id, 20, false);
        }
        rig.pump();
        rig.allowed = request -> !request.path().endsWith("Watch");
        rig.gate.judgeAgain();
        rig.server.data(call, 20, false); // crosses
        rig.server.headers(
                call, new DefaultHttp2Headers().add("grpc-status", "0").add("x-late", "late"), true);
        rig.pump();
        assertThat(rig.client.heard(call)).contains("headers grpc 7 end");
        assertThat(rig.server.heard(call).getLast()).startsWith("reset");
        rig.server.data(other, 20, false);
        rig.server.headers(
                other, new DefaultHttp2Headers().add("grpc-status", "0").add("x-late", "late"), true);
        rig.pump();
        assertThat(rig.client.heard(other).getLast()).isEqualTo("headers grpc 0 end");
        assertThat(rig.client.goAways).isEmpty();
        assertThat(rig.server.goAways).isEmpty();
    }

    @Test
    void anOpenRequestThatIsNotAnsweredYetIsDeniedWhenPolicyChanges() {
        int id = rig.request(Http2Rig.get("/yes"), true);
        rig.allowed = _ -> false;
        rig.gate.judgeAgain();
        rig.server.headers(id, new DefaultHttp2Headers().status("200").add("x-late", "late"), true);
        rig.pump();
        assertThat(rig.client.heard(id).getFirst()).startsWith("headers 403");
        rig.allowed = _ -> true;
        respond(rig.request(Http2Rig.get("/yes"), true));
        assertThat(rig.client.goAways).isEmpty();
        assertThat(rig.records.getFirst().decision().allowed()).isFalse();
    }

    @Test
    void aResponseThatHasBegunIsBrokenOffWhenPolicyChanges() {
        int id = rig.request(Http2Rig.get("/yes"), true);
        rig.server.headers(id, new DefaultHttp2Headers().status("200"), false);
        rig.pump();
        rig.allowed = _ -> false;
        rig.gate.judgeAgain();
        rig.pump();
        assertThat(rig.client.heard(id)).containsExactly("headers 200", "reset 8");
        assertThat(rig.server.heard(id).getLast()).isEqualTo("reset 8");
        assertThat(rig.records)
                .singleElement()
                .satisfies(record -> assertThat(record.complete()).isFalse());
    }

    @Test
    void resetsPassBothWays() {
        int first = rig.request(Http2Rig.get("/yes"), false);
        rig.client.write(new DefaultHttp2ResetFrame(Http2Error.CANCEL).stream(rig.client.streams.get(first)));
        rig.pump();
        assertThat(rig.server.heard(first).getLast()).isEqualTo("reset 8");
        int second = rig.request(Http2Rig.get("/yes"), false);
        rig.server.write(new DefaultHttp2ResetFrame(Http2Error.INTERNAL_ERROR).stream(rig.server.streams.get(second)));
        rig.pump();
        assertThat(rig.client.heard(second)).containsExactly("reset 2");
        assertThat(rig.records).hasSize(2).noneMatch(RequestRecord::complete);
    }

    @Test
    void aPathThatCanBeReadInTwoWaysIsRefused() {
        for (String path : new String[] {"/a/../b", "/a//b", "/a%2fb", "/a;b", "/%2e%2e/b"}) {
            int id = rig.request(Http2Rig.get(path), true);
            assertThat(rig.client.heard(id).getFirst()).as(path).startsWith("headers 400");
            assertThat(rig.client.first(id).get("weft-code")).hasToString("WEFT-H004");
            assertThat(rig.server.heard(id)).isEmpty();
        }
    }

    @Test
    void connectIsNotCarried() {
        int id = rig.request(new DefaultHttp2Headers().method("CONNECT").authority("other:22"), false);
        assertThat(rig.client.heard(id).getFirst()).startsWith("headers 501");
        assertThat(rig.server.heard(id)).isEmpty();
    }

    @Test
    void theApplicationsLimitOfStreamsIsKept() {
        with(Http2Settings.defaultSettings(), Http2Settings.defaultSettings().maxConcurrentStreams(2));
        int first = rig.request(Http2Rig.get("/yes"), true);
        int second = rig.request(Http2Rig.get("/yes"), true);
        respond(first);
        respond(second);
        assertThat(rig.client.codec.connection().local().maxActiveStreams()).isEqualTo(2);
    }

    @Test
    void manyHeadersTravelInSeveralFrames() {
        with(Http2Settings.defaultSettings(), Http2Settings.defaultSettings().maxHeaderListSize(65_536));
        var headers = Http2Rig.get("/yes");
        for (int i = 0; i < 20; i++) {
            headers.add("x-long-" + i, "v".repeat(1000));
        }
        int id = rig.request(headers, true);
        assertThat(rig.server.first(id).get("x-long-19")).hasSize(1000);
    }

    @Test
    void closingTellsOfOpenRequests() {
        rig.request(Http2Rig.get("/yes"), false);
        rig.gate.close();
        assertThat(rig.records)
                .singleElement()
                .satisfies(record -> assertThat(record.complete()).isFalse());
        assertThat(rig.gate.held()).isZero();
    }
}
