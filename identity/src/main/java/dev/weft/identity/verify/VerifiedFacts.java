package dev.weft.identity.verify;

import dev.weft.identity.keys.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Remembers facts that were verified once and stay true whatever is trusted: that one certificate is signed by the key
 * of another, and that issuers form a path below an anchor. Bundles may change every second, but these facts need no
 * second check. Failures are never remembered.
 *
 * <p>There are two generations. When the younger one is full, it becomes the older one, and entries of the former older
 * one are lost unless they were used since. Safe for use by many threads: a race costs one more verification, but never
 * changes a result.
 */
final class VerifiedFacts {

    /** Entries of one generation: enough for the peers of a busy sidecar. Two generations take a megabyte. */
    static final int MAX_GENERATION = 4096;

    enum Fact {
        /** The first certificate is signed by the key of the second. */
        SIGNATURE,
        /** The certificates form a path, the anchor last. */
        PATH
    }

    private volatile Set<ByteBuffer> young = ConcurrentHashMap.newKeySet();
    private volatile Set<ByteBuffer> old = Set.of();

    /** Returns the key of a fact about these certificates, given as DER: the SHA-256 of all of them. */
    static ByteBuffer name(Fact fact, Iterable<byte[]> certificates) {
        MessageDigest digest = Sha256.digest();
        digest.update(fact.name().getBytes(StandardCharsets.US_ASCII));
        for (byte[] der : certificates) {
            digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, der.length));
            digest.update(der);
        }
        return ByteBuffer.wrap(digest.digest());
    }

    boolean has(ByteBuffer name) {
        if (young.contains(name)) {
            return true;
        }
        if (old.contains(name)) {
            add(name);
            return true;
        }
        return false;
    }

    void add(ByteBuffer name) {
        if (young.size() >= MAX_GENERATION) {
            startGeneration();
        }
        young.add(name);
    }

    private synchronized void startGeneration() {
        if (young.size() >= MAX_GENERATION) {
            old = young;
            young = ConcurrentHashMap.newKeySet();
        }
    }

    int size() {
        return young.size() + old.size();
    }
}
