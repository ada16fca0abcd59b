package dev.weft.proxy.session;

import io.netty.channel.EventLoop;
import org.jspecify.annotations.Nullable;

/** What is allowed only as long as a check holds: a session, a tunnel. */
public interface Guarded {
    /** Where both other methods are called. */
    EventLoop loop();

    /** Decides again, by what is known now; {@code null} means allowed. */
    @Nullable
    Refusal check();

    /** Ends at once. */
    void close(Refusal refusal);
}
