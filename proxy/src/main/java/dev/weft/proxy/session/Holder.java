package dev.weft.proxy.session;

/** What carries a session, and so may hold bytes that no one takes: see {@link Session#noteHeld}. Belongs to one event loop. */
public interface Holder {
    /** Bytes that it holds now. */
    long held();

    /** What was told last. */
    long noted();

    /** Keeps what was told last. */
    void setNoted(long held);

    /** The session that is carried. */
    Session session();

    /** Breaks the session off. */
    void abort(Refusal refusal);
}
