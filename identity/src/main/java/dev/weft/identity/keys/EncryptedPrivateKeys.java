package dev.weft.identity.keys;

import dev.weft.identity.der.Der;
import dev.weft.identity.der.DerReader;
import dev.weft.identity.der.MalformedDerException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import javax.crypto.BadPaddingException;
import javax.crypto.Cipher;
import javax.crypto.IllegalBlockSizeException;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Encrypts and decrypts private keys with a passphrase: EncryptedPrivateKeyInfo of PKCS#8 (RFC 5958 section 3) with
 * PBES2 (RFC 8018 sections 5.2 and 6.2), the format of {@code openssl pkcs8} and {@code openssl genpkey}. JDK only.
 */
final class EncryptedPrivateKeys {

    /**
     * Iterations of PBKDF2 with HMAC-SHA-256: the number that the OWASP Password Storage Cheat Sheet recommends since
     * 2023.
     */
    static final int ITERATIONS = 600_000;

    /** Most iterations accepted on reading, so a file cannot keep its reader busy for hours. */
    static final int MAX_ITERATIONS = 10_000_000;

    private static final int SALT_BYTES = 16;
    private static final int MAX_SALT_BYTES = 128;
    private static final int BLOCK_BYTES = 16;
    private static final int KEY_BITS = 256;

    private static final byte[] PBES2 = Der.objectIdentifier(1, 2, 840, 113549, 1, 5, 13);
    private static final byte[] PBKDF2 = Der.objectIdentifier(1, 2, 840, 113549, 1, 5, 12);
    private static final byte[] HMAC_SHA256 = Der.objectIdentifier(1, 2, 840, 113549, 2, 9);
    private static final byte[] AES_256_CBC = Der.objectIdentifier(2, 16, 840, 1, 101, 3, 4, 1, 42);
    private static final byte[] NULL = Der.value(Der.NULL);

    /** The JDK's name of PBKDF2, by the object identifier of its pseudo-random function. */
    private static final Map<String, String> DERIVATIONS = Map.of(
            hex(HMAC_SHA256), "PBKDF2WithHmacSHA256",
            hex(Der.objectIdentifier(1, 2, 840, 113549, 2, 10)), "PBKDF2WithHmacSHA384",
            hex(Der.objectIdentifier(1, 2, 840, 113549, 2, 11)), "PBKDF2WithHmacSHA512");

    /** Key length in bits, by the object identifier of AES in CBC mode. */
    private static final Map<String, Integer> KEY_LENGTHS = Map.of(
            hex(AES_256_CBC), KEY_BITS,
            hex(Der.objectIdentifier(2, 16, 840, 1, 101, 3, 4, 1, 22)), 192,
            hex(Der.objectIdentifier(2, 16, 840, 1, 101, 3, 4, 1, 2)), 128);

    private static final SecureRandom RANDOM = new SecureRandom();

    private EncryptedPrivateKeys() {}

    /**
     * Encrypts a key by AES-256 in CBC mode, with an encryption key derived in {@link #ITERATIONS} rounds.
     *
     * @param pkcs8 the key; the array is not kept
     */
    static byte[] encrypt(byte[] pkcs8, char[] passphrase) {
        byte[] salt = random(SALT_BYTES);
        byte[] iv = random(BLOCK_BYTES);
        byte[] encrypted;
        try {
            byte[] key = derive("PBKDF2WithHmacSHA256", salt, ITERATIONS, passphrase, KEY_BITS);
            encrypted = cipher(Cipher.ENCRYPT_MODE, key, iv).doFinal(pkcs8);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java platform lacks PBKDF2 with HMAC-SHA-256, or AES", e);
        }
        byte[] rounds = Der.value(Der.INTEGER, BigInteger.valueOf(ITERATIONS).toByteArray());
        byte[] function = Der.sequence(HMAC_SHA256, NULL);
        byte[] derived = Der.sequence(PBKDF2, Der.sequence(Der.value(Der.OCTET_STRING, salt), rounds, function));
        byte[] scheme = Der.sequence(AES_256_CBC, Der.value(Der.OCTET_STRING, iv));
        return Der.sequence(Der.sequence(PBES2, Der.sequence(derived, scheme)), Der.value(Der.OCTET_STRING, encrypted));
    }

    /**
     * Decrypts a key.
     *
     * @throws WrongPassphraseException if the passphrase does not open it
     * @throws InvalidEncodingException if the bytes are something else, or encrypted in another way
     */
    static PrivateKey decrypt(byte[] der, char[] passphrase) {
        if (der.length > PrivateKeys.MAX_ENCODED) {
            throw new InvalidEncodingException(
                    "encrypted private key: " + der.length + " bytes (expected: <= " + PrivateKeys.MAX_ENCODED + ")");
        }
        byte[] pkcs8 = null;
        try {
            pkcs8 = decrypted(der, passphrase);
            if (!isWhole(pkcs8)) {
                throw new WrongPassphraseException();
            }
            return PrivateKeys.decode(pkcs8);
        } catch (BadPaddingException _) {
            // Only one wrong passphrase in 256 gives valid padding; isWhole detects that case.
            throw new WrongPassphraseException();
        } catch (IllegalBlockSizeException | MalformedDerException e) {
            throw unreadable(String.valueOf(e.getMessage()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java platform lacks PBKDF2 with HMAC-SHA-2, or AES", e);
        } finally {
            if (pkcs8 != null) {
                Arrays.fill(pkcs8, (byte) 0);
            }
        }
    }

    private static byte[] decrypted(byte[] der, char[] passphrase)
            throws MalformedDerException, GeneralSecurityException {
        DerReader all = DerReader.of(der);
        DerReader info = all.enter(Der.SEQUENCE);
        all.expectEnd();
        DerReader algorithm = info.enter(Der.SEQUENCE);
        require(PBES2, algorithm, "the encryption", "PBES2");
        DerReader parameters = algorithm.enter(Der.SEQUENCE);
        DerReader derivation = parameters.enter(Der.SEQUENCE);
        DerReader encryption = parameters.enter(Der.SEQUENCE);
        int keyBits = keyBits(encryption);
        byte[] iv = encryption.enter(Der.OCTET_STRING).remaining();
        byte[] encrypted = info.enter(Der.OCTET_STRING).remaining();
        info.expectEnd();
        if (iv.length != BLOCK_BYTES) {
            throw unreadable("an initialisation vector of " + iv.length + " bytes (expected: 16)");
        }
        return cipher(Cipher.DECRYPT_MODE, key(derivation, passphrase, keyBits), iv)
                .doFinal(encrypted);
    }

    private static byte[] key(DerReader algorithm, char[] passphrase, int bits)
            throws MalformedDerException, GeneralSecurityException {
        require(PBKDF2, algorithm, "the derivation of the key", "PBKDF2");
        DerReader parameters = algorithm.enter(Der.SEQUENCE);
        byte[] salt = parameters.enter(Der.OCTET_STRING).remaining();
        if (salt.length == 0 || salt.length > MAX_SALT_BYTES) {
            throw unreadable("a salt of " + salt.length + " bytes (expected: 1-" + MAX_SALT_BYTES + ")");
        }
        BigInteger iterations = new BigInteger(1, parameters.enter(Der.INTEGER).remaining());
        if (iterations.signum() == 0 || iterations.compareTo(BigInteger.valueOf(MAX_ITERATIONS)) > 0) {
            throw unreadable("an iteration count of " + iterations.bitLength() + " bits (expected: 1-" + MAX_ITERATIONS
                    + " iterations)");
        }
        if (parameters.nextTag() == Der.INTEGER) {
            // The key's length, which the cipher determines as well.
            parameters.enter(Der.INTEGER);
        }
        // An absent function means HMAC with SHA-1, RFC 8018 appendix A.2.
        String function = parameters.hasMore() ? hex(oid(parameters.enter(Der.SEQUENCE))) : "";
        String derivation = DERIVATIONS.get(function);
        if (derivation == null) {
            throw unreadable(
                    "the key is derived by another function (expected: HMAC with SHA-256, SHA-384 or SHA-512)");
        }
        return derive(derivation, salt, iterations.intValueExact(), passphrase, bits);
    }

    private static byte[] derive(String derivation, byte[] salt, int iterations, char[] passphrase, int bits)
            throws GeneralSecurityException {
        PBEKeySpec spec = new PBEKeySpec(passphrase, salt, iterations, bits);
        try {
            return SecretKeyFactory.getInstance(derivation).generateSecret(spec).getEncoded();
        } finally {
            spec.clearPassword();
        }
    }

    private static int keyBits(DerReader encryption) throws MalformedDerException {
        Integer bits = KEY_LENGTHS.get(hex(oid(encryption)));
        if (bits == null) {
            throw unreadable("encrypted by another cipher (expected: AES-256, -192 or -128 in CBC mode)");
        }
        return bits;
    }

    private static void require(byte[] expected, DerReader reader, String what, String name)
            throws MalformedDerException {
        if (!Arrays.equals(expected, oid(reader))) {
            throw unreadable(what + " is of another kind (expected: " + name
                    + "); 'openssl pkcs8 -topk8 -v2 aes-256-cbc' writes it");
        }
    }

    private static byte[] oid(DerReader reader) throws MalformedDerException {
        return Der.value(
                Der.OBJECT_IDENTIFIER, reader.enter(Der.OBJECT_IDENTIFIER).remaining());
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    /** Whether the bytes have the structure of a PrivateKeyInfo and end with it. */
    private static boolean isWhole(byte[] pkcs8) {
        try {
            DerReader all = DerReader.of(pkcs8);
            DerReader info = all.enter(Der.SEQUENCE);
            all.expectEnd();
            info.enter(Der.INTEGER);
            info.enter(Der.SEQUENCE);
            info.enter(Der.OCTET_STRING);
            return true;
        } catch (MalformedDerException _) {
            return false;
        }
    }

    private static Cipher cipher(int mode, byte[] key, byte[] iv) throws GeneralSecurityException {
        try {
            Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
            cipher.init(mode, new SecretKeySpec(key, "AES"), new IvParameterSpec(iv));
            return cipher;
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    private static byte[] random(int count) {
        byte[] bytes = new byte[count];
        RANDOM.nextBytes(bytes);
        return bytes;
    }

    private static InvalidEncodingException unreadable(String reason) {
        return new InvalidEncodingException("encrypted private key: " + reason);
    }
}
