package dev.weft.proxy.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SnapshotKeeperTest {
    private final RecordingMesh mesh = new RecordingMesh();
    private final SnapshotKeeper keeper = new SnapshotKeeper(mesh);

    @Test
    void putsAllOfAResponseIntoForceAtOnce() {
        assertThat(keeper.apply(List.of(Resources.inbound("a"), Resources.destination("10.0.0.1:80", "d")), List.of()))
                .isEmpty();
        assertThat(mesh.updates).containsExactly(Set.of("inbound", "destination/10.0.0.1:80"));
    }

    @Test
    void leavesOutOnlyWhatItDoesNotUnderstand() {
        Refusal refusal = keeper.apply(List.of(Resources.unknown("quota"), Resources.inbound("a")), List.of())
                .orElseThrow();
        assertThat(refusal.resource()).isEqualTo("quota");
        assertThat(refusal.reason()).contains("upgrade the proxy");
        assertThat(mesh.updates).containsExactly(Set.of("inbound"));
        assertThat(keeper.snapshot().versions()).containsOnlyKeys("inbound");
    }

    @Test
    void namesEverythingThatIsRefused() {
        mesh.refuse("inbound", "not understood");
        Refusal refusal = keeper.apply(
                        List.of(
                                Resources.inbound("a"),
                                Resources.unknown("quota"),
                                Resources.destination("10.0.0.1:80", "d")),
                        List.of())
                .orElseThrow();
        assertThat(refusal.reason())
                .contains("inbound: not understood")
                .containsOnlyOnce("quota: its kind is not known");
        assertThat(keeper.snapshot().versions()).containsOnlyKeys("destination/10.0.0.1:80");
    }

    @Test
    void takesARemovalEvenIfSomethingBesideItIsRefused() {
        assertThat(keeper.apply(List.of(Resources.destination("10.0.0.1:80", "d")), List.of()))
                .isEmpty();
        mesh.refuse("inbound", "not understood");
        assertThat(keeper.apply(List.of(Resources.inbound("a")), List.of("destination/10.0.0.1:80")))
                .isPresent();
        assertThat(keeper.snapshot()).isEqualTo(MeshSnapshot.EMPTY);
    }

    @Test
    void keepsWhatIsNotAllowedToGo() {
        assertThat(keeper.apply(List.of(Resources.inbound("a")), List.of())).isEmpty();
        mesh.refuse("inbound", "needed");
        assertThat(keeper.apply(List.of(), List.of("inbound"))).contains(new Refusal("inbound", "inbound: needed"));
        assertThat(keeper.snapshot().inbound()).isPresent();
    }

    @Test
    void cutsALongReason() {
        mesh.refuse("inbound", "x".repeat(10_000));
        assertThat(keeper.apply(List.of(Resources.inbound("a")), List.of())
                        .orElseThrow()
                        .reason())
                .hasSize(500);
    }
}
