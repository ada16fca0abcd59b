package dev.weft.control.federation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.control.tls.ReplaceableCertificate;
import dev.weft.files.state.SealedFile;
import dev.weft.identity.bundle.SpiffeBundles;
import dev.weft.identity.issue.TrustAnchor;
import dev.weft.mesh.model.BundleEndpoint.Profile;
import dev.weft.mesh.state.StateException;
import dev.weft.testing.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left on disk of the bundles that are followed: over restarts, damage, and the end of a federation. */
final class BundleStoreTest {

    private final Domain east = new Domain("east.example");
    private final Profile byControl = Follower.spiffe(east.id("control"));

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path state;

    private ReplaceableCertificate control() {
        return east.svid(east.anchor, "control");
    }

    @Test
    void theLatestBundleSurvivesARestartWithoutTheEndpoint() throws Exception {
        TrustAnchor next = Domain.anchor();
        try (TestEndpoint endpoint = TestEndpoint.serving(control(), Domain.document(1, east.anchor, next))) {
            try (Follower follower = new Follower(state)) {
                follower.declare(east.name, endpoint.url(), byControl, east.anchor);
                follower.untilFetched(east.name, 1);
            }
            endpoint.fail(500);
            try (Follower follower = new Follower(state)) {
                follower.declare(east.name, endpoint.url(), byControl, east.anchor);

                assertThat(follower.believes(east, next)).isTrue();
                assertThat(follower.status(east.name).lastSuccess()).isPresent();
            }
        }
    }

    @Test
    void aBundleThatWasDamagedOnDiskTrustsNothing() throws Exception {
        try (TestEndpoint endpoint = TestEndpoint.serving(control(), Domain.document(1, east.anchor))) {
            Path file;
            try (Follower follower = new Follower(state)) {
                follower.declare(east.name, endpoint.url(), byControl, east.anchor);
                follower.untilFetched(east.name, 1);
                file = Path.of(follower.store.where(east.name));
            }
            Files.writeString(file, "{\"keys\":");
            int before = endpoint.requests();
            try (Follower follower = new Follower(state)) {
                follower.declare(east.name, endpoint.url(), byControl, east.anchor);

                assertThat(follower.believes(east, east.anchor)).isFalse();
                assertThat(follower.failure(east.name)).startsWith("WEFT-C056 ").contains("delete it");
                assertThat(endpoint.requests()).isEqualTo(before);

                Files.delete(file);
                follower.untilFetched(east.name, 1);
                assertThat(follower.believes(east, east.anchor)).isTrue();
            }
        }
    }

    /** The registry's anchor may be one that the trust domain has retired. */
    @Test
    void aBundleWithoutWhatSaysHowItsFederationBeganTrustsNothing() throws Exception {
        TrustAnchor next = Domain.anchor();
        try (TestEndpoint endpoint = TestEndpoint.serving(control(), Domain.document(2, next))) {
            try (Follower follower = new Follower(state)) {
                follower.declare(east.name, endpoint.url(), byControl, east.anchor);
                follower.untilFetched(east.name, 2);
                Path bundle = Path.of(follower.store.where(east.name));
                Files.delete(bundle.resolveSibling(east.name + ".begun"));
            }
            try (Follower follower = new Follower(state)) {
                follower.declare(east.name, endpoint.url(), byControl, east.anchor);

                assertThat(follower.believes(east, east.anchor)).isFalse();
                assertThat(follower.failure(east.name)).startsWith("WEFT-C056 ").contains(".begun is missing");
            }
        }
    }

    /** Otherwise nothing of the trust domain would be trusted for the sake of a time. */
    @Test
    void aDamagedTimeOfTheLastFetchCostsThatTimeAlone() throws Exception {
        TrustAnchor next = Domain.anchor();
        try (TestEndpoint endpoint = TestEndpoint.serving(control(), Domain.document(1, east.anchor, next))) {
            Path time;
            try (Follower follower = new Follower(state)) {
                follower.declare(east.name, endpoint.url(), byControl, east.anchor);
                follower.untilFetched(east.name, 1);
                time = Path.of(follower.store.where(east.name)).resolveSibling(east.name + ".fetched");
            }
            String former = Files.readString(time);
            Files.writeString(time, former.substring(1));
            try (Follower follower = new Follower(state)) {
                follower.declare(east.name, endpoint.url(), byControl, east.anchor);

                assertThat(follower.believes(east, next)).isTrue();
                Waiting.until("the time is written again", () -> isWhole(time));
            }
        }
    }

    private static boolean isWhole(Path time) {
        try {
            return !SealedFile.unseal(time, Files.readString(time)).isEmpty();
        } catch (IOException | StateException _) {
            return false;
        }
    }

    @Test
    void theKeptFileIsTheBundleAsItWasServed() throws Exception {
        String document = Domain.document(3, east.anchor);
        try (Follower follower = new Follower(state);
                TestEndpoint endpoint = TestEndpoint.serving(control(), document)) {
            follower.declare(east.name, endpoint.url(), byControl, east.anchor);
            follower.untilFetched(east.name, 3);

            Path file = Path.of(follower.store.where(east.name));
            String kept = SealedFile.unseal(file, Files.readString(file));
            assertThat(kept).isEqualTo(document);
            assertThat(SpiffeBundles.decode(kept.getBytes(UTF_8)).ignored()).isEmpty();
        }
    }

    @Test
    @DisplayName("FE-11 a federation that ends: bundle deleted, asked no more, trusted no more")
    void fe11EndsAFederation() throws Exception {
        try (Follower follower = new Follower(state);
                TestEndpoint endpoint = TestEndpoint.serving(control(), Domain.document(1, east.anchor))) {
            follower.declare(east.name, endpoint.url(), byControl, east.anchor);
            follower.untilFetched(east.name, 1);
            assertThat(Path.of(follower.store.where(east.name))).exists();

            follower.remove(east.name);

            assertThat(Path.of(follower.store.where(east.name))).doesNotExist();
            assertThat(follower.client.status()).isEmpty();
            assertThat(follower.believes(east, east.anchor)).isFalse();
        }
    }

    @Test
    @DisplayName("FE-11 N: while files of the registry have errors, what is missing is not taken for ended")
    void fe11DeletesNothingWhileTheRegistryHasErrors() throws Exception {
        try (Follower follower = new Follower(state);
                TestEndpoint endpoint = TestEndpoint.serving(control(), Domain.document(1, east.anchor))) {
            follower.declare(east.name, endpoint.url(), byControl, east.anchor);
            follower.untilFetched(east.name, 1);

            follower.client.follow(Map.of(), false).join();

            assertThat(Path.of(follower.store.where(east.name))).exists();
        }
    }
}
