package dev.weft.kubernetes.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.mesh.model.InboundMode;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.Workload;
import dev.weft.mesh.registry.LoadError;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Pods whose ServiceAccount is gone, and others. */
final class PodAccountsTest {

    private static final Pod POD = Pods.meshed("shop", "web-1", "10.1.0.1").build();

    private final MeshAssembly mesh = new MeshAssembly(TrustDomain.parse("cluster.local"), InboundMode.PERMISSIVE);

    private static ServiceAccount account(String name) {
        return new ServiceAccountBuilder()
                .withNewMetadata()
                .withNamespace("shop")
                .withName(name)
                .endMetadata()
                .build();
    }

    private void account(String name, boolean gone) {
        mesh.apply(new ApiEvent(WatchedKind.SERVICE_ACCOUNT, account(name), gone));
    }

    private void pod(Pod pod) {
        mesh.apply(new ApiEvent(WatchedKind.POD, pod, false));
    }

    private List<String> ended() {
        return mesh.snapshot().workloads().values().stream()
                .filter(Workload::identityEnded)
                .map(workload -> workload.name().name())
                .toList();
    }

    private Workload workload(String namespace) {
        return Objects.requireNonNull(mesh.snapshot().workloads().get(new ObjectName(namespace, "web-1")));
    }

    private List<String> errors() {
        return mesh.errors().stream().map(LoadError::toString).toList();
    }

    @Test
    void theDeletionOfAnAccountEndsTheIdentityOfItsPodsAndOfNoOther() {
        account("web", false);
        account("api", false);
        pod(POD);
        pod(new PodBuilder(Pods.meshed("shop", "api-1", "10.1.0.2").build())
                .editSpec()
                .withServiceAccountName("api")
                .endSpec()
                .build());
        pod(Pods.meshed("other", "web-1", "10.1.0.3").build());
        assertThat(ended()).isEmpty();

        account("web", true);
        assertThat(ended()).containsExactly("web-1");
        assertThat(workload("other").identityEnded()).isFalse();
        assertThat(workload("shop").meshed())
                .as("else it would be called in plaintext")
                .isTrue();
        assertThat(errors())
                .singleElement()
                .asString()
                .startsWith("kubernetes: ServiceAccount shop/web: WEFT-K030: it was deleted, and 1 of the mesh's pods")
                .contains("such as web-1: ");
    }

    @Test
    void thatHoldsWhileThePodHasNoAddress() {
        Pod waiting = new PodBuilder(POD)
                .editStatus()
                .withPodIP(null)
                .withPodIPs()
                .endStatus()
                .build();
        account("web", false);
        pod(waiting);
        account("web", true);
        pod(POD);
        assertThat(ended()).as("deleted before it had an address").containsExactly("web-1");
        pod(waiting);
        pod(POD);
        assertThat(ended()).as("without an address for a moment").containsExactly("web-1");
    }

    @Test
    void thatHoldsThroughChangesOfThePodUntilAnotherHasItsName() {
        account("web", false);
        pod(POD);
        account("web", true);
        pod(Pods.labelled(new PodBuilder(POD), "app", "web").build());
        assertThat(ended()).containsExactly("web-1");
        pod(Pods.terminating(new PodBuilder(POD)).build());
        assertThat(ended()).containsExactly("web-1");
        assertThat(errors()).as("somebody deletes the pod").isEmpty();

        pod(new PodBuilder(POD).editMetadata().withUid("another").endMetadata().build());
        assertThat(ended()).isEmpty();
    }

    @Test
    void anAccountThatIsMadeAgainGivesThemTheirIdentityBack() {
        account("web", false);
        pod(POD);
        account("web", true);
        account("web", false);
        assertThat(ended()).isEmpty();
        assertThat(errors()).isEmpty();
    }

    @Test
    void anAccountThatWasNotSeenYetEndsNothing() {
        mesh.accountsListed();
        pod(POD);
        assertThat(ended()).isEmpty();
        account("web", false);
        assertThat(ended()).isEmpty();
    }

    @Test
    void atTheStartOnlyTheWholeListShowsThatAnAccountIsGone() {
        pod(POD);
        account("api", false);
        assertThat(ended()).isEmpty();
        mesh.accountsListed();
        assertThat(ended()).containsExactly("web-1");
        account("web", false);
        assertThat(ended()).as("it was only later").isEmpty();
    }

    @Test
    void anErrorGoesWithTheLastPod() {
        account("web", false);
        pod(POD);
        pod(Pods.meshed("shop", "web-2", "10.1.0.2").build());
        account("web", true);
        assertThat(errors()).singleElement().asString().contains("2 of the mesh's pods", "web-1, web-2");
        mesh.apply(new ApiEvent(WatchedKind.POD, POD, true));
        assertThat(errors()).singleElement().asString().contains("1 of the mesh's pods", "such as web-2");
        mesh.apply(new ApiEvent(
                WatchedKind.POD, Pods.meshed("shop", "web-2", "10.1.0.2").build(), true));
        assertThat(errors()).isEmpty();
    }

    @Test
    void anUnmeshedPodHasNoIdentityThatCouldEnd() {
        account("web", false);
        pod(Pods.labelled(Pods.plain("shop", "bare", "10.1.0.1"), "app", "bare").build());
        account("web", true);
        assertThat(mesh.snapshot().workloads()).hasSize(1);
        assertThat(ended()).isEmpty();
        assertThat(errors()).isEmpty();
    }
}
