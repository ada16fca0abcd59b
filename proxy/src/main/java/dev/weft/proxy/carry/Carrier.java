package dev.weft.proxy.carry;

import dev.weft.proxy.session.Refusal;
import dev.weft.proxy.session.Session;
import org.jspecify.annotations.Nullable;

/** Carries one connection of the application, for as long as it lasts. Belongs to the connection's event loop. */
public interface Carrier {
    /** Why it may not go on as it is, by what is known now; null if it may. */
    @Nullable
    Refusal check();

    /** Ends at once; calls {@link Session#end} itself. */
    void close(Refusal refusal);

    /** The session has ended, in whatever way; called once. */
    void ended();

    /** The session has begun to move much: see {@link Session#bulk}. */
    default void bulkBegan() {}
}
