package dev.weft.identity.verify;

import dev.weft.identity.keys.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What was found good once and stays so, whatever is trusted: that one certificate is signed by the key of another, and that
 * issuers form a path below an anchor. The bundles may change with every second; these need no second look. What is not good
 * is never remembered.
 *
 * <p>Two generations: when the younger one is full it becomes the older, whose entries are lost unless they are used meanwhile.
 * Safe for use by many threads; a race costs a verification, and decides nothing.
 */
final class KnownGood {

    /** Entries of one generation: the peers of a busy sidecar. Both together take a megabyte. */
    static final int MAX_GENERATION = 4096;

    /** What a fact is about. */
    enum Fact {
        /** The first certificate is signed by the key of the second. */
        SIGNATURE,
        /** The certificates form a path, the anchor last. */
        PATH
    }

    private volatile Set<ByteBuffer> young = ConcurrentHashMap.newKeySet();
    private volatile Set<ByteBuffer> old = Set.of();

    /** Names what is found of these certificates, given as DER: the SHA-256 of all. */
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
            turn();
        }
        young.add(name);
    }

    private synchronized void turn() {
        if (young.size() >= MAX_GENERATION) {
            old = young;
            young = ConcurrentHashMap.newKeySet();
        }
    }

    int size() {
        return young.size() + old.size();
    }
}
