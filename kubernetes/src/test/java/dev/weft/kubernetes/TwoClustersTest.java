package dev.weft.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.PeerLink;
import dev.weft.api.v1.TrustDomainInfo;
import dev.weft.api.v1.TrustDomainState;
import dev.weft.kubernetes.registry.Pods;
import dev.weft.testing.Waiting;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two clusters, each with a trust domain, an API server and a control plane of its own; the eastern one has two replicas. */
final class TwoClustersTest {

    private static final String[] RANGES_EAST = {"10.8.0.0/16", "10.98.0.0/16"};
    private static final String[] RANGES_WEST = {"10.9.0.0/16", "10.99.0.0/16"};
    private static final String SERVICE = "10.99.0.1:80";
    private static final String POD = "10.9.0.1:8080";
    private static final String ENDPOINT = POD + " spiffe://west.example/ns/shop/sa/web";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private TestCluster east;

    @SuppressWarnings("NullAway.Init")
    private TestCluster west;

    @BeforeEach
    void start() throws Exception {
        east = new TestCluster("east.example", directory, 2);
        west = new TestCluster("west.example", directory, 1);
        east.put(Pods.meshed("shop", "caller", "10.8.0.1").build());
        west.put(Pods.labelled(Pods.meshed("shop", "api-1", "10.9.0.1"), "app", "api")
                .build());
        west.put(new ServiceBuilder()
                .withNewMetadata()
                .withNamespace("shop")
                .withName("api")
                .endMetadata()
                .withNewSpec()
                .withClusterIP("10.99.0.1")
                .withSelector(Map.of("app", "api"))
                .addNewPort()
                .withPort(80)
                .withNewTargetPort(8080)
                .endPort()
                .endSpec()
                .build());
        Waiting.until(
                "both lead", () -> east.of(east).isPresent() && west.of(west).isPresent());
        east.link(west, "Active", RANGES_WEST);
        west.link(east, "Active", RANGES_EAST);
    }

    @AfterEach
    void end() {
        east.close();
        west.close();
    }

    private static boolean isConnected(Optional<TrustDomainInfo> of) {
        return of.filter(info -> info.getLink().getState().equals("connected")).isPresent();
    }

    private FakeSidecar caller(int replica) throws Exception {
        FakeSidecar caller = FakeSidecar.join(
                east.replica(replica),
                "shop/caller",
                east.account("shop", "web"),
                east.token(east.account("shop", "web")));
        caller.subscribe(SERVICE, POD);
        return caller;
    }

    private void awaitMeeting() {
        Waiting.until("they have met", () -> isConnected(east.of(west)) && isConnected(west.of(east)));
    }

    @Test
    void eachLearnsWhatTheOtherHasAndFollowsItsBundle() {
        awaitMeeting();
        PeerLink ofWest = east.of(west).orElseThrow().getLink();
        assertThat(ofWest.getWorkloads()).isOne();
        assertThat(ofWest.getServices()).isOne();
        assertThat(ofWest.getRefused()).as(ofWest.getProblem()).isZero();
        assertThat(west.of(east).orElseThrow().getLink().getServices()).isZero();
        Waiting.until(
                "each has fetched the other's bundle",
                () -> east.of(west)
                                .filter(info -> info.getFollowed().getFetched() > 0)
                                .isPresent()
                        && west.of(east)
                                .filter(info -> info.getFollowed().getFetched() > 0)
                                .isPresent());
    }

    @Test
    void sidecarsOfEachReplicaGetEndpointsWithIdentitiesOfTheOtherCluster() throws Exception {
        for (int replica = 0; replica < 2; replica++) {
            try (FakeSidecar caller = caller(replica)) {
                Waiting.until(
                        "the Service and the pod lead there",
                        () -> caller.endpoints(SERVICE).contains(ENDPOINT)
                                && caller.endpoints(POD).contains(ENDPOINT));
                assertThat(caller.told("bundle/west.example")
                                .orElseThrow()
                                .getTrustBundle()
                                .getAnchorsCount())
                        .isOne();
            }
        }
    }

    @Test
    void aTrustDomainThatIsDisabledIsShutOutAtOnceAndTheOtherWayToo() throws Exception {
        try (FakeSidecar caller = caller(1)) {
            Waiting.until("it leads there", () -> caller.endpoints(SERVICE).contains(ENDPOINT));
            awaitMeeting();
            east.link(west, "Disabled", RANGES_WEST);
            Waiting.until(
                    "the sidecar is told",
                    () -> caller.unreachable(SERVICE).contains("WEFT-C060")
                            && caller.unreachable(POD).contains("WEFT-C060")
                            && caller.told("bundle/west.example")
                                    .filter(bundle -> bundle.getTrustBundle().getState()
                                            == TrustDomainState.TRUST_DOMAIN_STATE_DISABLED)
                                    .isPresent());
            Waiting.until("the other cluster's control plane is told nothing more", () -> !isConnected(west.of(east)));
            assertThat(east.of(west).orElseThrow().getLink().getState()).isEqualTo("disabled");

            east.link(west, "Active", RANGES_WEST);
            Waiting.until(
                    "it leads there again", () -> caller.endpoints(SERVICE).contains(ENDPOINT));
        }
    }

    @Test
    void whatIsNotInTheRangesThatTheLinkSaysIsNotBelieved() {
        east.link(west, "Active", RANGES_WEST[0]);
        Waiting.until(
                "what is outside is counted",
                () -> east.of(west)
                        .filter(info -> info.getLink().getRefused() == 1
                                && info.getLink().getProblem().contains("Service shop/api"))
                        .isPresent());
        assertThat(east.of(west).orElseThrow().getLink().getWorkloads()).isOne();
    }
}
