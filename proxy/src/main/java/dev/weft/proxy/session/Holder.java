package dev.weft.proxy.session;

/** Holds bytes of a session that are not taken yet: see {@link Session#noteHeld}. Belongs to the session's event loop. */
public interface Holder {
    /** Whose bytes they are. */
    Session session();

    /** How many there are at this moment. */
    long held();

    /** How many were noted last. */
    long noted();

    /** Remembers what {@link #noted} gives; for the one that sums them up. */
    void setNoted(long held);

    /** Breaks it off, by which it holds nothing any more. */
    void abort(Refusal refusal);
}
