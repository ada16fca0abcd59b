package dev.weft.proxy.workloadapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.spiffe.SpiffeWorkloadAPIGrpc;
import dev.weft.api.spiffe.X509BundlesRequest;
import dev.weft.api.spiffe.X509SVIDRequest;
import dev.weft.api.spiffe.X509SVIDResponse;
import dev.weft.identity.svid.X509Svid;
import dev.weft.testing.Waiting;
import io.netty.handler.codec.http2.Http2Headers;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a caller is told when, where the order of things is not the plain one. */
@Timeout(60)
class WatchMethodTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private ApiFixture api;

    @BeforeEach
    void start() {
        api = new ApiFixture(directory);
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private ApiFixture.Watch<X509SVIDRequest, X509SVIDResponse> watch() {
        return api.watch(SpiffeWorkloadAPIGrpc.getFetchX509SVIDMethod(), X509SVIDRequest.getDefaultInstance());
    }

    private void awaitAsked(int times) {
        Waiting.until("asked", () -> api.identity.asked.get() >= times);
    }

    private static byte[] key(X509SVIDResponse response) {
        return response.getSvids(0).getX509SvidKey().toByteArray();
    }

    @Test
    void neverTellsAnOlderStateAfterANewerOne() throws Exception {
        X509Svid older = api.identity.svid;
        X509Svid newer = api.identity.fresh();
        CompletableFuture<X509Svid> first = new CompletableFuture<>();
        CompletableFuture<X509Svid> second = new CompletableFuture<>();
        api.identity.awaited = first;
        var watch = watch();
        awaitAsked(1);
        api.identity.awaited = second;
        api.server.changed();
        awaitAsked(2);

        second.complete(newer);
        assertThat(key(watch.next())).isEqualTo(newer.key().getEncoded());
        first.complete(older);
        watch.ask(X509SVIDRequest.getDefaultInstance());
        assertThat(key(watch.next())).isEqualTo(newer.key().getEncoded());
        assertThat(watch.messages).isEmpty();
    }

    @Test
    void tellsTheCertificateWithTheBundlesThatAreInForceThen() throws Exception {
        CompletableFuture<X509Svid> certificate = new CompletableFuture<>();
        api.identity.awaited = certificate;
        var watch = watch();
        awaitAsked(1);
        api.identity.bundles = api.identity.bundles.without(FakeIdentity.OTHER);
        certificate.complete(api.identity.svid);
        assertThat(watch.next().getFederatedBundlesMap()).isEmpty();
    }

    @Test
    void tellsASlowReaderTheLatestStateAndNoneInBetween() throws Exception {
        try (RawClient client = new RawClient(api, RawClient.SLOW)) {
            RawClient.RawCall call = client.call(client.headers("FetchX509SVID"));
            call.send(X509SVIDRequest.getDefaultInstance(), false);
            awaitAsked(1);
            X509Svid oldest = api.identity.svid;
            for (X509Svid svid : List.of(api.identity.fresh(), api.identity.fresh(), api.identity.fresh())) {
                api.identity.svid = svid;
                api.server.changed();
                awaitTold();
            }
            call.read();
            assertThat(key(X509SVIDResponse.parseFrom(call.next())))
                    .isEqualTo(oldest.key().getEncoded());
            assertThat(key(X509SVIDResponse.parseFrom(call.next())))
                    .isEqualTo(api.identity.svid.key().getEncoded());
        }
    }

    /** Until another caller has been told of the change. */
    private void awaitTold() throws Exception {
        var other = watch();
        other.next();
        other.cancel();
    }

    @Test
    void answersEachMessageOfAReaderThatWasSlow() throws Exception {
        try (RawClient client = new RawClient(api, RawClient.SLOW)) {
            RawClient.RawCall call = client.call(client.headers("FetchX509Bundles"));
            for (int i = 0; i < 3; i++) {
                call.send(X509BundlesRequest.getDefaultInstance(), false);
            }
            call.read();
            byte[] first = call.next();
            assertThat(call.next()).isEqualTo(first);
            assertThat(call.next()).isEqualTo(first);
        }
    }

    @Test
    void goesOnAfterTheCallersLastMessage() throws Exception {
        try (RawClient client = new RawClient(api, RawClient.FAST)) {
            RawClient.RawCall call = client.call(client.headers("FetchX509SVID"));
            call.send(X509SVIDRequest.getDefaultInstance(), true);
            call.next();
            api.identity.svid = api.identity.fresh();
            api.server.changed();
            assertThat(key(X509SVIDResponse.parseFrom(call.next())))
                    .isEqualTo(api.identity.svid.key().getEncoded());
        }
    }

    @Test
    void forgetsCallersThatGo() throws Exception {
        var watch = watch();
        watch.next();
        assertThat(api.server.svidWatchers()).isEqualTo(1);
        watch.cancel();
        Waiting.until("forgotten", () -> api.server.svidWatchers() == 0);
    }

    @Test
    void answersWithTheHeadersOfGrpc() throws Exception {
        try (RawClient client = new RawClient(api, RawClient.FAST)) {
            RawClient.RawCall call = client.call(client.headers("FetchX509SVID"));
            call.send(X509SVIDRequest.getDefaultInstance(), true);
            Http2Headers headers = call.headers();
            assertThat(headers.status().toString()).isEqualTo("200");
            assertThat(headers.get("content-type").toString()).isEqualTo("application/grpc");
        }
    }
}
