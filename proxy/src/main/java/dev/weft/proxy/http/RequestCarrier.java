package dev.weft.proxy.http;

import dev.weft.proxy.session.RelayFilter;

/** Carries a session so that its requests are read. */
public interface RequestCarrier extends RelayFilter {
    /**
     * Judges open requests again, because policy, trust or time has changed. Returns false if the session is carried as
     * bytes, so that its requests cannot be judged.
     *
     * @param perRequest whether policies are about requests now
     */
    boolean judgeAgain(boolean perRequest);

    /** Ends the connection in order once no request is open. */
    void drain();
}
