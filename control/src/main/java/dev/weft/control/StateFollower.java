package dev.weft.control;

import dev.weft.control.lead.Leadership;
import dev.weft.mesh.state.Entry;
import dev.weft.mesh.state.StateException;
import dev.weft.mesh.state.Store;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes into use what another control plane, the leader, has written to the store, soon after it is written. */
final class StateFollower implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StateFollower.class);

    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("state-follower").factory());
    private final Set<String> queued = ConcurrentHashMap.newKeySet();
    private final Entry.Watch watch;

    /**
     * Follows the entries that are in no folder.
     *
     * @param work the action for each entry's name, run when that entry has changed
     */
    StateFollower(Store store, Leadership leadership, Map<String, Runnable> work) {
        this.watch = store.follow("", name -> {
            Runnable wanted = work.get(name);
            if (wanted != null && !leadership.leads() && queued.add(name)) {
                submit(() -> {
                    queued.remove(name);
                    wanted.run();
                });
            }
        });
    }

    private void submit(Runnable work) {
        try {
            thread.execute(() -> {
                try {
                    work.run();
                } catch (UncheckedIOException | StateException e) {
                    LOG.atWarn().setCause(e).log("what the leader wrote is not in use yet; tried again soon");
                }
            });
        } catch (RejectedExecutionException _) {
            // The follower was closed in the meantime.
        }
    }

    @Override
    public void close() {
        watch.close();
        thread.shutdownNow();
    }
}
