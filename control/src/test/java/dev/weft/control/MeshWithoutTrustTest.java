package dev.weft.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.contracts.FaultyStore;
import dev.weft.contracts.MemoryStore;
import dev.weft.control.trust.TrustSource;
import dev.weft.control.watch.MeshState;
import dev.weft.files.state.FileStore;
import dev.weft.mesh.state.StateException;
import dev.weft.mesh.state.Store;
import dev.weft.testing.SettableClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A mesh does not begin without the trust that its objects declare. */
final class MeshWithoutTrustTest {

    private static final String DISABLED = """
            apiVersion: weft.dev/v1alpha1
            kind: TrustDomain
            metadata: {name: other.example}
            spec: {state: Disabled}
            """;
    private static final String REVOCATION = """
            apiVersion: weft.dev/v1alpha1
            kind: Revocation
            metadata: {name: stolen}
            spec: {certificate: {serialNumber: 0aFF}, expires: "2030-01-01T00:00:00Z"}
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    /** Without them the addresses of a linked trust domain would not be in the mesh, and called in plaintext. */
    @Test
    void doesNotBeginWithoutTheDeclaredTrustDomains() throws Exception {
        Path file = directory.resolve("mesh.yaml");
        Files.writeString(file, DISABLED);
        ControlSettings settings = ControlFlags.OVER_FILES.read(
                List.of("--registry", file.toString(), "--state-dir", directory.toString()));
        TrustSource trust = new TrustSource(settings.trustDomain(), new FileStore(directory));
        Files.createDirectory(directory.resolve("bundle-sequence")); // nothing can be written there
        LinkedBlockingQueue<MeshState> states = new LinkedBlockingQueue<>();
        try (RegistryMesh mesh = RegistryMesh.open(new FileHome(), settings, trust, Clock.systemUTC())) {
            assertThatThrownBy(() -> mesh.start(states::add))
                    .isInstanceOf(StateException.class)
                    .hasMessageContaining("bundle-sequence");
            assertThat(states).isEmpty();
        }
    }

    /** The revocation ended while the control plane was down, so the bundle is another one. */
    @Test
    void saysWhyItDoesNotBeginOnAFullDisk() throws Exception {
        Path file = directory.resolve("mesh.yaml");
        Files.writeString(file, REVOCATION);
        ControlSettings settings = ControlFlags.OVER_FILES.read(
                List.of("--registry", file.toString(), "--state-dir", directory.toString()));
        SettableClock clock = new SettableClock(Instant.parse("2029-12-31T23:59:59Z"));
        AtomicBoolean full = new AtomicBoolean();
        Store store = new FaultyStore(new MemoryStore(), operation -> {
            if (full.get() && operation == FaultyStore.Operation.WRITE) {
                throw new IOException("No space left on device");
            }
        });
        LinkedBlockingQueue<MeshState> states = new LinkedBlockingQueue<>();
        TrustSource before = new TrustSource(settings.trustDomain(), store);
        try (RegistryMesh mesh = RegistryMesh.open(new FileHome(), settings, before, clock)) {
            mesh.start(states::add);
        }
        states.clear();
        full.set(true);
        clock.set(Instant.parse("2030-01-01T00:00:00Z"));
        TrustSource trust = new TrustSource(settings.trustDomain(), store);
        try (RegistryMesh mesh = RegistryMesh.open(new FileHome(), settings, trust, clock)) {
            trust.onChange(mesh::publish);
            assertThatThrownBy(() -> mesh.start(states::add))
                    .isInstanceOf(StateException.class)
                    .hasMessageStartingWith("WEFT-C135")
                    .hasMessageContaining("No space left on device");
            full.set(false);
            trust.recompute();
            mesh.publish();
            assertThat(states).as("it has not begun").isEmpty();
        }
    }
}
