package dev.weft.control;

import dev.weft.control.attest.WorkloadAttestor;
import dev.weft.control.state.SharedState;
import dev.weft.control.view.Viewers;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Starts control planes for tests of what talks to them. */
public final class Planes {

    private Planes() {}

    /**
     * One over a file of objects, on loopback, on ports of its choice.
     *
     * @param flags besides
     */
    public static ControlPlane start(Path registry, Path state, Clock clock, String... flags) throws IOException {
        return start(registry, state, new FileHome(), clock, flags);
    }

    /** The same, which may be looked at by whom these let in. */
    public static ControlPlane startViewed(Path registry, Path state, Viewers viewers, Clock clock) throws IOException {
        FileHome files = new FileHome();
        Home viewed = new Home() {
            @Override
            public Objects objects(ControlSettings settings) throws IOException {
                return files.objects(settings);
            }

            @Override
            public Optional<WorkloadAttestor> attestor() {
                return files.attestor();
            }

            @Override
            public void anchors(Supplier<List<X509Certificate>> trusted) {
                files.anchors(trusted);
            }

            @Override
            public Optional<SharedState> shared() {
                return files.shared();
            }

            @Override
            public Optional<Views> views() {
                return Optional.of(new Views(0, viewers));
            }
        };
        return start(registry, state, viewed, clock);
    }

    private static ControlPlane start(Path registry, Path state, Home home, Clock clock, String... flags)
            throws IOException {
        List<String> all = new ArrayList<>(List.of(flags));
        if (!all.contains("--listen")) {
            all.addAll(List.of("--listen", "127.0.0.1:0"));
        }
        all.addAll(List.of(
                "--registry", registry.toString(), "--state-dir", state.toString(), "--admin-address", "127.0.0.1:0"));
        return new ControlPlane(ControlFlags.OVER_FILES.read(all), home, clock);
    }
}
