package dev.weft.control.peering;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A supplier that computes its value at the first call, and then always returns the same. Safe for use by several
 * threads.
 */
final class Lazy<T> implements Supplier<T> {

    private final Supplier<T> maker;

    @GuardedBy("this")
    private @Nullable T value;

    Lazy(Supplier<T> maker) {
        this.maker = maker;
    }

    @Override
    public synchronized T get() {
        T known = value;
        if (known == null) {
            known = maker.get();
            value = known;
        }
        return known;
    }
}
