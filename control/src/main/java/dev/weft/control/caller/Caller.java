package dev.weft.control.caller;

import static java.util.Objects.requireNonNull;

import io.grpc.Context;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * The remote end of the connection of a call.
 *
 * @param address IP address without the port
 * @param chain the caller's certificates, leaf first; empty if it showed none. The chain is verified again at each use
 */
public record Caller(String address, List<X509Certificate> chain) {

    /** Context key for the caller of the running call. */
    private static final Context.Key<Caller> KEY = Context.key("weft-caller");

    public Caller {
        requireNonNull(address, "address");
        chain = List.copyOf(chain);
    }

    /**
     * Returns the caller of the call that runs on this thread.
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
