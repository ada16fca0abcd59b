package dev.weft.mesh.state;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** The callbacks for changes in the folders of a store. Safe for use by several threads. */
public final class Followers {

    /** One callback. Two followers with the same folder and callback are distinct. */
    private static final class Follower {
        private final String folder;
        private final Consumer<String> changed;

        Follower(String folder, Consumer<String> changed) {
            this.folder = folder;
            this.changed = changed;
        }
    }

    private final List<Follower> followers = new CopyOnWriteArrayList<>();

    /** Adds a callback, as {@link Store#follow} describes. */
    public Entry.Watch follow(String folder, Consumer<String> changed) {
        Follower follower = new Follower(folder, changed);
        followers.add(follower);
        return () -> followers.remove(follower);
    }

    /** Calls the followers of the entry's folder. */
    public void changed(String name) {
        int slash = name.indexOf('/');
        String folder = slash < 0 ? "" : name.substring(0, slash);
        for (Follower follower : followers) {
            if (follower.folder.equals(folder)) {
                follower.changed.accept(name);
            }
        }
    }
}
