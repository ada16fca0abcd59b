package dev.weft.local.supervisor;

import dev.weft.local.inspect.SidecarAdmin;
import dev.weft.local.launch.MeshLimits;
import dev.weft.local.state.MeshState.WorkloadFiles;
import dev.weft.local.state.PsSnapshot.ProcessStatus;
import dev.weft.mesh.model.ObjectName;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The sidecar of a pod: its process and its files. */
final class Sidecar {

    private static final Duration FIRST_BACKOFF = Duration.ofMillis(250);

    private final MeshContext mesh;
    private final ObjectName name;
    private final String identity;
    private final SidecarFiles own;
    private final SidecarAdmin admin;
    private final SupervisedProcess process;
    private volatile StartOrder.@Nullable Turn turn;

    private Sidecar(MeshContext mesh, PodSpec spec, List<String> addresses, long pausePid, Runnable changed) {
        this.mesh = mesh;
        this.name = spec.name();
        this.identity = spec.identity();
        WorkloadFiles files = mesh.files(name);
        this.own =
                new SidecarFiles(mesh.state(), files, mesh.programs().accounts().sidecar(addresses));
        this.admin = new SidecarAdmin(name.toString(), files.adminSocket());
        this.process = new SupervisedProcess(
                name + " sidecar",
                () -> {
                    own.open();
                    own.copyAnchors();
                    takeTurn();
                    mesh.tokens().ensure(name, identity, tokenFile());
                    return mesh.programs().sidecar(spec, own.user(), pausePid);
                },
                _ -> true,
                FIRST_BACKOFF,
                new RotatingLog(files.sidecarLog()),
                mesh.events(),
                changed);
    }

    static Sidecar start(MeshContext mesh, PodSpec spec, List<String> addresses, long pausePid, Runnable changed) {
        Sidecar sidecar = new Sidecar(mesh, spec, addresses, pausePid, changed);
        sidecar.process.start();
        return sidecar;
    }

    /** Creates the directory of the Workload API. It must exist before the pod's view of it is created. */
    static void openApi(MeshContext mesh, PodSpec spec, List<String> addresses) throws IOException {
        WorkloadFiles files = mesh.files(spec.name());
        new WorkloadApiAccess(files, spec.meshed())
                .open(
                        mesh.programs().accounts().sidecar(addresses),
                        Application.known(mesh, spec.program(), addresses));
    }

    /** Takes a turn to start, after giving back the turn of an earlier failed start. */
    private void takeTurn() throws IOException, InterruptedException {
        endTurn();
        turn = mesh.order().await();
    }

    private void endTurn() {
        StartOrder.Turn current = turn;
        if (current != null) {
            current.close();
            turn = null;
        }
    }

    ProcessStatus status() {
        return process.status();
    }

    /** Returns why the sidecar does not accept traffic; empty if it does. */
    String check() {
        if (!process.running()) {
            return "its sidecar does not run";
        }
        try {
            SidecarAdmin.Readiness readiness = admin.readiness();
            if (readiness.ready()) {
                endTurn();
            }
            return readiness.ready() ? "" : "its sidecar is not ready: " + readiness.reason();
        } catch (IOException e) {
            return "its sidecar starts";
        }
    }

    private TokenKeeper.TokenFile tokenFile() {
        Path path = own.files().token();
        return new TokenKeeper.TokenFile(path, text -> own.write(path, text));
    }

    /** Passes the currently published anchors to the sidecar. */
    void copyAnchors() throws IOException {
        own.open();
        own.copyAnchors();
    }

    void stop() throws InterruptedException {
        process.stop(MeshLimits.SIDECAR_GRACE);
        endTurn();
    }
}
