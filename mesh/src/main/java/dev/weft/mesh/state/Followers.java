package dev.weft.mesh.state;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Those who follow the folders of a store. Safe for use by several threads. */
public final class Followers {

    /** Two with the same are two. */
    private static final class Follower {
        private final String folder;
        private final Consumer<String> changed;

        Follower(String folder, Consumer<String> changed) {
            this.folder = folder;
            this.changed = changed;
        }
    }

    private final List<Follower> followers = new CopyOnWriteArrayList<>();

    /** Adds one, as {@link Store#follow} says. */
    public Entry.Watch follow(String folder, Consumer<String> changed) {
        Follower follower = new Follower(folder, changed);
        followers.add(follower);
        return () -> followers.remove(follower);
    }

    /** Tells those whom the entry concerns. */
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
