package dev.weft.control;

import dev.weft.control.attest.WorkloadAttestor;
import dev.weft.control.replica.OtherReplicas;
import dev.weft.control.rotate.RotationTimings;
import dev.weft.control.state.SharedState;
import dev.weft.control.trust.UnpublishedAnchors;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
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
        return new ControlPlane(ControlFlags.parse(arguments), RegistryMesh::open, clock, timings);
    }

    /** One over a file, whose anchors these places do not have. */
    public static ControlPlane publishing(
            Path registry, Path state, Supplier<List<UnpublishedAnchors>> places, Clock clock, RotationTimings timings)
            throws IOException {
        ControlSettings settings = ControlFlags.parse(List.of(
                "--registry",
                registry.toString(),
                "--state-dir",
                state.toString(),
                "--listen",
                "127.0.0.1:0",
                "--admin-address",
                "127.0.0.1:0"));
        return new ControlPlane(settings, new PublishingHome(places), clock, timings);
    }

    private record PublishingHome(Supplier<List<UnpublishedAnchors>> places) implements Home {

        @Override
        public Objects objects(ControlSettings settings) throws IOException {
            return new FileHome().objects(settings);
        }

        @Override
        public Optional<WorkloadAttestor> attestor() {
            return Optional.empty();
        }

        @Override
        public void anchors(List<X509Certificate> trusted) {}

        @Override
        public List<UnpublishedAnchors> unpublished() {
            return places.get();
        }

        @Override
        public Optional<SharedState> shared() {
            return Optional.empty();
        }
    }

    /** One of several that share a store. Its objects are in a file. */
    public static ControlPlane replica(
            Path registry, Path state, SharedState shared, OtherReplicas others, RotationTimings timings)
            throws IOException {
        ControlSettings settings = ControlFlags.parse(List.of(
                "--registry",
                registry.toString(),
                "--state-dir",
                state.toString(),
                "--listen",
                "127.0.0.1:0",
                "--admin-address",
                "127.0.0.1:0"));
        return new ControlPlane(settings, new SharingHome(shared, others), Clock.systemUTC(), timings);
    }

    private record SharingHome(SharedState state, OtherReplicas others) implements Home {

        @Override
        public Objects objects(ControlSettings settings) throws IOException {
            return new FileHome().objects(settings);
        }

        @Override
        public Optional<WorkloadAttestor> attestor() {
            return Optional.empty();
        }

        @Override
        public void anchors(List<X509Certificate> trusted) {}

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
