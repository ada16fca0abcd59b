package dev.weft.control;

import dev.weft.control.trust.TrustSource;
import dev.weft.control.watch.MeshState;
import dev.weft.mesh.registry.OperatorObjects;
import dev.weft.mesh.registry.Snapshot;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The mesh of a control plane's files, of which a test sees what the proxies are told. */
final class CapturedMesh implements MeshSource {

    private final MeshSource files;
    private final TrustSource trust;
    private volatile MeshState told = MeshState.EMPTY;

    private CapturedMesh(MeshSource files, TrustSource trust) {
        this.files = files;
        this.trust = trust;
    }

    static CapturedMesh open(ControlSettings settings, TrustSource trust, Clock clock) throws IOException {
        return new CapturedMesh(RegistryMesh.of(new FileHome()).open(settings, trust, clock), trust);
    }

    /** What proxies were told last. */
    MeshState told() {
        return told;
    }

    TrustSource trust() {
        return trust;
    }

    @Override
    public void start(Consumer<MeshState> listener) {
        files.start(state -> {
            told = state;
            listener.accept(state);
        });
    }

    @Override
    public void publish() {
        files.publish();
    }

    @Override
    public void dropEnded() {
        files.dropEnded();
    }

    @Override
    public Snapshot objects() {
        return files.objects();
    }

    @Override
    public OperatorObjects operators() {
        return files.operators();
    }

    @Override
    public List<Map<String, Object>> errors() {
        return files.errors();
    }

    @Override
    public List<String> refusals() {
        return files.refusals();
    }

    @Override
    public List<String> otherErrors() {
        return files.otherErrors();
    }

    @Override
    public void close() {
        files.close();
    }
}
