package dev.weft.control.caller;

import static java.util.Objects.requireNonNull;

import io.grpc.Context;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * The other end of the connection of a call.
 *
 * @param address without the port
 * @param chain leaf first; empty when it showed no certificate. What it is worth is asked again at each use
 */
public record Caller(String address, List<X509Certificate> chain) {

    /** The caller of the call that runs now. */
    private static final Context.Key<Caller> KEY = Context.key("weft-caller");

    public Caller {
        requireNonNull(address, "address");
        chain = List.copyOf(chain);
    }

    /**
     * The caller of the call that runs on this thread.
     *
     * @throws IllegalStateException outside of a call that passed {@link CallerInterceptor}
     */
    public static Caller current() {
        Caller caller = KEY.get();
        if (caller == null) {
            throw new IllegalStateException("no caller: the service runs without its CallerInterceptor");
        }
        return caller;
    }

    static Context in(Context context, Caller caller) {
        return context.withValue(KEY, caller);
    }
}
