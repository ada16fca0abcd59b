package dev.weft.local.launch;

import dev.weft.local.inspect.FollowedFile;
import dev.weft.local.inspect.MeshHandle;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * A mesh that this process started. Unless it is detached, it ends with this process, also if the process is killed.
 */
public final class RunningMesh implements AutoCloseable {

    /** Interval at which new events of the mesh are read. */
    static final Duration INTERVAL = Duration.ofMillis(100);

    private final MeshLauncher launcher;
    private final MeshHandle handle;
    private final Process keeper;

    RunningMesh(MeshLauncher launcher, MeshHandle handle, Process keeper) {
        this.launcher = launcher;
        this.handle = handle;
        this.keeper = keeper;
    }

    /** The mesh. */
    public MeshHandle handle() {
        return handle;
    }

    /**
     * Waits until the mesh ends by itself or is stopped by another process.
     *
     * @param events receives each event of the mesh meanwhile, one line at a time
     */
    public void await(Consumer<String> events) throws IOException, InterruptedException {
        FollowedFile log = FollowedFile.fromEnd(handle.state().events());
        boolean ended = false;
        while (!ended) {
            ended = keeper.waitFor(INTERVAL);
            log.newLines().forEach(events);
        }
    }

    /** Stops the mesh unless it is detached; nothing is left then. */
    @Override
    public void close() throws IOException {
        if (handle.record().detached()) {
            return;
        }
        try {
            if (Files.exists(handle.state().directory())) {
                launcher.down(handle.name());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while taking down mesh " + handle.name(), e);
        }
    }
}
