package dev.weft.proxy.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HeldResourcesTest {
    private final RecordingMesh mesh = new RecordingMesh();
    private final HeldResources held = new HeldResources(mesh);

    @Test
    void putsAllOfAResponseIntoForceAtOnce() {
        assertThat(held.apply(List.of(Resources.inbound("a"), Resources.destination("10.0.0.1:80", "d")), List.of()))
                .isEmpty();
        assertThat(mesh.updates).containsExactly(Set.of("inbound", "destination/10.0.0.1:80"));
    }

    @Test
    void leavesOutOnlyWhatItDoesNotUnderstand() {
        RefusedResources refusal = held.apply(List.of(Resources.unknown("quota"), Resources.inbound("a")), List.of())
                .orElseThrow();
        assertThat(refusal.resource()).isEqualTo("quota");
        assertThat(refusal.reason()).contains("upgrade the proxy");
        assertThat(mesh.updates).containsExactly(Set.of("inbound"));
        assertThat(MeshSnapshot.of(held).versions()).containsOnlyKeys("inbound");
    }

    @Test
    void namesEverythingThatIsRefused() {
        mesh.refuse("inbound", "not understood");
        RefusedResources refusal = held.apply(
                        List.of(
                                Resources.inbound("a"),
                                Resources.unknown("quota"),
                                Resources.destination("10.0.0.1:80", "d")),
                        List.of())
                .orElseThrow();
        assertThat(refusal.reason())
                .contains("inbound: not understood")
                .containsOnlyOnce("quota: its kind is not known");
        assertThat(refusal.resources()).containsExactlyInAnyOrder("inbound", "quota");
        assertThat(MeshSnapshot.of(held).versions()).containsOnlyKeys("destination/10.0.0.1:80");
    }

    @Test
    void takesARemovalEvenIfSomethingBesideItIsRefused() {
        assertThat(held.apply(List.of(Resources.destination("10.0.0.1:80", "d")), List.of()))
                .isEmpty();
        mesh.refuse("inbound", "not understood");
        assertThat(held.apply(List.of(Resources.inbound("a")), List.of(ResourceName.parse("destination/10.0.0.1:80"))))
                .isPresent();
        assertThat(MeshSnapshot.of(held)).isEqualTo(MeshSnapshot.EMPTY);
    }

    @Test
    void keepsWhatIsNotAllowedToGo() {
        assertThat(held.apply(List.of(Resources.inbound("a")), List.of())).isEmpty();
        mesh.refuse("inbound", "needed");
        assertThat(held.apply(List.of(), List.of(ResourceName.PerWorkload.INBOUND)))
                .contains(new RefusedResources(List.of("inbound"), "inbound: needed"));
        assertThat(MeshSnapshot.of(held).inbound()).isPresent();
    }

    /** Else, should the control plane go back to it, it would not be told again, and stay refused. */
    @Test
    void holdsNoVersionOfWhatTheControlPlaneHasReplacedByWhatIsRefused() {
        assertThat(held.apply(List.of(Resources.inbound("a"), Resources.destination("10.0.0.1:80", "d")), List.of()))
                .isEmpty();
        mesh.refuse("inbound", "not understood");
        assertThat(held.apply(List.of(Resources.inbound("b"), Resources.unusable("10.0.0.1:80", "e")), List.of()))
                .isPresent();
        assertThat(MeshSnapshot.of(held).versions()).isEqualTo(Map.of("inbound", ""));
        assertThat(MeshSnapshot.of(held).inbound()).isPresent();
        assertThat(MeshSnapshot.of(held).destinations()).isEmpty();
        assertThat(mesh.refusals)
                .containsExactlyInAnyOrder("inbound b: not understood", "destination/10.0.0.1:80 e: no membership");
    }

    @Test
    void refusesOneDestinationAndTakesTheOthers() {
        assertThat(held.apply(
                        List.of(
                                Resources.destination("10.0.0.1:80", "a"),
                                Resources.unusable("10.0.0.2:80", "b"),
                                Resources.destination("10.0.0.3:80", "c")),
                        List.of()))
                .contains(new RefusedResources(
                        List.of("destination/10.0.0.2:80"), "destination/10.0.0.2:80: no membership"));
        assertThat(MeshSnapshot.of(held).destinations()).containsOnlyKeys("10.0.0.1:80", "10.0.0.3:80");
        assertThat(mesh.refusals).containsExactly("destination/10.0.0.2:80 b: no membership");
    }

    @Test
    void cutsALongReason() {
        mesh.refuse("inbound", "x".repeat(10_000));
        assertThat(held.apply(List.of(Resources.inbound("a")), List.of())
                        .orElseThrow()
                        .reason())
                .hasSize(500);
    }
}
