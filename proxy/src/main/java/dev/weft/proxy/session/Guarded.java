package dev.weft.proxy.session;

import io.netty.channel.EventLoop;
import org.jspecify.annotations.Nullable;

/** Something that is allowed only as long as a check holds: a session or a tunnel. */
public interface Guarded {
    /** Returns the event loop on which both other methods are called. */
    EventLoop loop();

    /** Decides again, from the present policy and trust; returns {@code null} if it is allowed. */
    @Nullable
    Refusal check();

    /** Ends it immediately. */
    void close(Refusal refusal);
}
