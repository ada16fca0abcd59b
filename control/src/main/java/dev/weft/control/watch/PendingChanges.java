package dev.weft.control.watch;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/** Collects what a stream must check again, until it does. Safe for use by several threads. */
final class PendingChanges {

    /**
     * What may have changed.
     *
     * @param resources names of resources
     * @param bundles whether all trust bundles may have changed
     * @param everything whether all resources of the stream may have changed
     */
    record Batch(Set<String> resources, boolean bundles, boolean everything) {}

    private final Set<String> resources = new HashSet<>();
    private boolean bundles;
    private boolean everything;
    private boolean waiting;

    /** Adds to the collection; returns whether the stream must be notified: not if it was, and has not checked yet. */
    synchronized boolean add(Collection<String> names, boolean ofBundles, boolean all) {
        resources.addAll(names);
        bundles |= ofBundles;
        everything |= all;
        boolean first = !waiting;
        waiting = true;
        return first;
    }

    /** Returns everything collected since the last call. */
    synchronized Batch take() {
        Batch all = new Batch(Set.copyOf(resources), bundles, everything);
        resources.clear();
        bundles = false;
        everything = false;
        waiting = false;
        return all;
    }
}
