package dev.weft.mesh.state;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** The callbacks for changes in the folders of a store. Safe for use by several threads. */
public final class FolderListeners {

    /** One callback. Two followers with the same folder and callback are distinct. */
    private static final class FolderListener {
        private final String folder;
        private final Consumer<String> changed;

        FolderListener(String folder, Consumer<String> changed) {
            this.folder = folder;
            this.changed = changed;
        }
    }

    private final List<FolderListener> followers = new CopyOnWriteArrayList<>();

    /** Adds a callback, as {@link Store#follow} describes. */
    public Entry.Watch follow(String folder, Consumer<String> changed) {
        FolderListener follower = new FolderListener(folder, changed);
        followers.add(follower);
        return () -> followers.remove(follower);
    }

    /** Calls the followers of the entry's folder. */
    public void changed(String name) {
        int slash = name.indexOf('/');
        String folder = slash < 0 ? "" : name.substring(0, slash);
        for (FolderListener follower : followers) {
            if (follower.folder.equals(folder)) {
                follower.changed.accept(name);
            }
        }
    }
}
