package dev.weft.control;

import dev.weft.control.replica.OtherReplicas;
import dev.weft.control.rotate.RotationTimings;
import dev.weft.control.state.SharedState;
import dev.weft.control.trust.UnpublishedAnchors;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Starts control planes for tests of other packages. */
public final class TestPlanes {

    private TestPlanes() {}

    /** One on loopback, on ports of its choice. */
    public static ControlPlane start(Path registry, Path state, Clock clock, RotationTimings timings, String... flags)
            throws IOException {
        return new ControlPlane(settings(registry, state, flags), new FileHome(), clock, timings);
    }

    private static ControlSettings settings(Path registry, Path state, String... flags) {
        List<String> arguments = new ArrayList<>(List.of(
                "--registry",
                registry.toString(),
                "--state-dir",
                state.toString(),
                "--listen",
                "127.0.0.1:0",
                "--admin-address",
                "127.0.0.1:0"));
        arguments.addAll(List.of(flags));
        return ControlFlags.OVER_FILES.read(arguments);
    }

    /** One over a file, whose anchors these places do not have. */
    public static ControlPlane publishing(
            Path registry, Path state, Supplier<List<UnpublishedAnchors>> places, Clock clock, RotationTimings timings)
            throws IOException {
        return new ControlPlane(settings(registry, state), new PublishingHome(places), clock, timings);
    }

    private record PublishingHome(Supplier<List<UnpublishedAnchors>> places) implements HomeOverFiles {

        @Override
        public List<UnpublishedAnchors> unpublished() {
            return places.get();
        }
    }

    /** One of several that share a store. Its objects are in a file. */
    public static ControlPlane replica(
            Path registry, Path state, SharedState shared, OtherReplicas others, RotationTimings timings)
            throws IOException {
        return new ControlPlane(settings(registry, state), new SharingHome(shared, others), Clock.systemUTC(), timings);
    }

    private record SharingHome(SharedState state, OtherReplicas others) implements HomeOverFiles {

        @Override
        public Optional<SharedState> shared() {
            return Optional.of(state);
        }

        @Override
        public OtherReplicas replicas() {
            return others;
        }
    }
}
