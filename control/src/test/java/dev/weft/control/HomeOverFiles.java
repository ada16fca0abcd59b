package dev.weft.control;

import dev.weft.control.attest.WorkloadAttestor;
import dev.weft.control.state.SharedState;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** A home of a test: its objects are in a file, and it has nothing else but what the test adds. */
interface HomeOverFiles extends Home {

    @Override
    default Objects objects(ControlSettings settings) throws IOException {
        return new FileHome().objects(settings);
    }

    @Override
    default Optional<WorkloadAttestor> attestor() {
        return Optional.empty();
    }

    @Override
    default void anchors(Supplier<List<X509Certificate>> trusted) {}

    @Override
    default Optional<SharedState> shared() {
        return Optional.empty();
    }
}
