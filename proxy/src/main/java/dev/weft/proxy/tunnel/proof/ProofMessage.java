package dev.weft.proxy.tunnel.proof;

import dev.weft.identity.keys.Certificates;
import dev.weft.identity.keys.InvalidEncodingException;
import dev.weft.identity.verify.SvidVerifier;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What one side of a tunnel presents to prove itself again: a nonce (the client's, both sign it), a signature, a chain. On the
 * wire: the nonce's 32 bytes, the signature and then each certificate with its length before it in two bytes.
 */
public final class ProofMessage {
    /** The request that carries it. */
    public static final String METHOD = "POST";

    public static final String PATH = "/.weft/tunnel-proof";
    /** Two tries of one tunnel are no closer than this. */
    public static final Duration LEAST_INTERVAL = Duration.ofMillis(500);
    /** The longest message, in bytes: five certificates of the longest names have half of it. */
    public static final int MAX_BYTES = 32 * 1024;

    public static final int NONCE = 32;
    /** A P-256 signature in DER has 72 bytes at most. */
    private static final int MAX_SIGNATURE = 256;

    private final byte[] nonce;
    private final byte[] signature;
    private final List<X509Certificate> chain;

    /** Keeps the arrays; they do not change afterwards. */
    public ProofMessage(byte[] nonce, byte[] signature, List<X509Certificate> chain) {
        this.nonce = nonce;
        this.signature = signature;
        this.chain = List.copyOf(chain);
    }

    public byte[] nonce() {
        return nonce;
    }

    public byte[] signature() {
        return signature;
    }

    /** The leaf first. */
    public List<X509Certificate> chain() {
        return chain;
    }

    public byte[] encode() {
        List<byte[]> certificates = chain.stream().map(Certificates::encode).toList();
        int length = NONCE
                + Short.BYTES
                + signature.length
                + certificates.stream()
                        .mapToInt(der -> Short.BYTES + der.length)
                        .sum();
        ByteBuffer out = ByteBuffer.allocate(length);
        out.put(nonce).putShort((short) signature.length).put(signature);
        certificates.forEach(der -> out.putShort((short) der.length).put(der));
        return out.array();
    }

    /** Reads what a peer sent: never more than its own bytes, whatever lengths it names. */
    public static ProofMessage decode(byte[] bytes) throws UnprovenException {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        try {
            byte[] nonce = new byte[NONCE];
            in.get(nonce);
            byte[] signature = take(in, MAX_SIGNATURE);
            List<X509Certificate> chain = new ArrayList<>();
            while (in.hasRemaining()) {
                if (chain.size() == SvidVerifier.MAX_CHAIN) {
                    throw malformed("more than " + SvidVerifier.MAX_CHAIN + " certificates");
                }
                chain.add(Certificates.decode(take(in, SvidVerifier.MAX_CERTIFICATE)));
            }
            if (chain.isEmpty()) {
                throw malformed("no certificate");
            }
            return new ProofMessage(nonce, signature, chain);
        } catch (BufferUnderflowException e) {
            throw malformed("it ends too early");
        } catch (InvalidEncodingException e) {
            throw malformed(String.valueOf(e.getMessage()));
        }
    }

    private static byte[] take(ByteBuffer in, int max) throws UnprovenException {
        int length = Short.toUnsignedInt(in.getShort());
        if (length > max) {
            throw malformed("a part of " + length + " bytes (expected: " + max + " at most)");
        }
        if (length > in.remaining()) {
            throw malformed("it ends too early");
        }
        byte[] part = new byte[length];
        in.get(part);
        return part;
    }

    private static UnprovenException malformed(String what) {
        return new UnprovenException("malformed", "the proof cannot be read: " + what);
    }
}
