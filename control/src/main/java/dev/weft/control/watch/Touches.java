package dev.weft.control.watch;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/** What a stream has to look at again, gathered until it does. Safe for use by several threads. */
final class Touches {

    /**
     * What may be another.
     *
     * @param resources their names
     * @param bundles all trust bundles
     * @param everything all that the stream has
     */
    record Touched(Set<String> resources, boolean bundles, boolean everything) {}

    private final Set<String> resources = new HashSet<>();
    private boolean bundles;
    private boolean everything;
    private boolean waiting;

    /** Whether the stream must be told to look: not if it was told before and has not looked yet. */
    synchronized boolean add(Collection<String> names, boolean ofBundles, boolean all) {
        resources.addAll(names);
        bundles |= ofBundles;
        everything |= all;
        boolean first = !waiting;
        waiting = true;
        return first;
    }

    /** All since the last time. */
    synchronized Touched take() {
        Touched all = new Touched(Set.copyOf(resources), bundles, everything);
        resources.clear();
        bundles = false;
        everything = false;
        waiting = false;
        return all;
    }
}
