package dev.weft.control.peering;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A supplier that computes its value at the first call, and then always returns the same. Safe for use by several
 * threads.
 */
final class Once<T> implements Supplier<T> {

    private final Supplier<T> maker;
    private @Nullable T made; // guarded by this

    Once(Supplier<T> maker) {
        this.maker = maker;
    }

    @Override
    public synchronized T get() {
        T known = made;
        if (known == null) {
            known = maker.get();
            made = known;
        }
        return known;
    }
}
