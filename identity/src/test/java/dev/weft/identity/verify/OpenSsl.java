package dev.weft.identity.verify;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The verdict of OpenSSL's library on a chain: another program's reading of RFC 5280, in this process, as it is asked often. */
final class OpenSsl {

    private static final String LIBRARY = "libcrypto.so.3";

    /** {@code X509_PURPOSE_SSL_CLIENT} and {@code X509_PURPOSE_SSL_SERVER}: what a leaf is for. */
    static final List<Integer> PURPOSES = List.of(1, 2);

    private static final Linker LINKER = Linker.nativeLinker();
    private static final SymbolLookup SYMBOLS = library();
    private static final int ERROR_CHARACTERS = 256;

    private static final MethodHandle PARSE = function("d2i_X509", ADDRESS, ADDRESS, ADDRESS, JAVA_LONG);
    private static final MethodHandle FREE = procedure("X509_free", ADDRESS);
    private static final MethodHandle NEW_STACK = function("OPENSSL_sk_new_null", ADDRESS);
    private static final MethodHandle PUSH = function("OPENSSL_sk_push", JAVA_INT, ADDRESS, ADDRESS);
    private static final MethodHandle FREE_STACK = procedure("OPENSSL_sk_free", ADDRESS);
    private static final MethodHandle NEW_STORE = function("X509_STORE_new", ADDRESS);
    private static final MethodHandle TRUST = function("X509_STORE_add_cert", JAVA_INT, ADDRESS, ADDRESS);
    private static final MethodHandle FREE_STORE = procedure("X509_STORE_free", ADDRESS);
    private static final MethodHandle NEW_CONTEXT = function("X509_STORE_CTX_new", ADDRESS);
    private static final MethodHandle INITIALISE =
            function("X509_STORE_CTX_init", JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS);
    private static final MethodHandle SET_TIME = procedure("X509_STORE_CTX_set_time", ADDRESS, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle SET_PURPOSE = function("X509_STORE_CTX_set_purpose", JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle VERIFY = function("X509_verify_cert", JAVA_INT, ADDRESS);
    private static final MethodHandle ERROR = function("X509_STORE_CTX_get_error", JAVA_INT, ADDRESS);
    private static final MethodHandle ERROR_TEXT = function("X509_verify_cert_error_string", ADDRESS, JAVA_LONG);
    private static final MethodHandle FREE_CONTEXT = procedure("X509_STORE_CTX_free", ADDRESS);
    private static final MethodHandle CLEAR_ERRORS = procedure("ERR_clear_error");

    private OpenSsl() {}

    /**
     * Why OpenSSL refuses a chain for this purpose; empty if it accepts it.
     *
     * @param chain DER of the leaf and of what is shown with it
     * @param anchor DER of the only certificate that is trusted
     */
    static Optional<String> refuses(List<byte[]> chain, byte[] anchor, int purpose, Instant now) {
        try (Arena arena = Arena.ofConfined()) {
            return judge(arena, chain, anchor, purpose, now);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError("calls to " + LIBRARY, e);
        }
    }

    private static Optional<String> judge(Arena arena, List<byte[]> chain, byte[] anchor, int purpose, Instant now)
            throws Throwable {
        MemorySegment store = (MemorySegment) NEW_STORE.invokeExact();
        MemorySegment stack = (MemorySegment) NEW_STACK.invokeExact();
        MemorySegment context = (MemorySegment) NEW_CONTEXT.invokeExact();
        MemorySegment trusted = parse(arena, anchor);
        MemorySegment[] shown = new MemorySegment[chain.size()];
        try {
            must((int) TRUST.invokeExact(store, trusted), "X509_STORE_add_cert");
            boolean parsed = true;
            for (int i = 0; i < shown.length; i++) {
                shown[i] = parse(arena, chain.get(i));
                parsed &= shown[i].address() != 0;
                if (parsed && i > 0) {
                    must((int) PUSH.invokeExact(stack, shown[i]), "OPENSSL_sk_push");
                }
            }
            if (!parsed) {
                return Optional.of("a certificate cannot be read");
            }
            must((int) INITIALISE.invokeExact(context, store, shown[0], stack), "X509_STORE_CTX_init");
            must((int) SET_PURPOSE.invokeExact(context, purpose), "X509_STORE_CTX_set_purpose");
            SET_TIME.invokeExact(context, 0L, now.getEpochSecond());
            return (int) VERIFY.invokeExact(context) == 1 ? Optional.empty() : Optional.of(error(context));
        } finally {
            FREE_CONTEXT.invokeExact(context);
            FREE_STACK.invokeExact(stack);
            FREE_STORE.invokeExact(store);
            FREE.invokeExact(trusted);
            for (MemorySegment certificate : shown) {
                if (certificate != null) {
                    FREE.invokeExact(certificate);
                }
            }
            CLEAR_ERRORS.invokeExact();
        }
    }

    /** The certificate, or null's address where it is none or something follows it. */
    private static MemorySegment parse(Arena arena, byte[] der) throws Throwable {
        MemorySegment bytes = arena.allocateFrom(JAVA_BYTE, der);
        MemorySegment position = arena.allocateFrom(ADDRESS, bytes);
        MemorySegment parsed = (MemorySegment) PARSE.invokeExact(MemorySegment.NULL, position, (long) der.length);
        if (parsed.address() != 0 && position.get(ADDRESS, 0).address() != bytes.address() + der.length) {
            FREE.invokeExact(parsed);
            return MemorySegment.NULL;
        }
        return parsed;
    }

    @SuppressWarnings("restricted")
    private static String error(MemorySegment context) throws Throwable {
        int code = (int) ERROR.invokeExact(context);
        MemorySegment text = (MemorySegment) ERROR_TEXT.invokeExact((long) code);
        return text.reinterpret(ERROR_CHARACTERS).getString(0);
    }

    private static void must(int result, String name) {
        if (result <= 0) {
            throw new AssertionError(name + ": " + result);
        }
    }

    @SuppressWarnings("restricted") // the tests run with native access
    private static SymbolLookup library() {
        try {
            return SymbolLookup.libraryLookup(LIBRARY, Arena.global());
        } catch (IllegalArgumentException e) {
            throw new AssertionError(LIBRARY + " is not there: install OpenSSL 3", e);
        }
    }

    private static MethodHandle function(String name, MemoryLayout result, MemoryLayout... arguments) {
        return handle(name, FunctionDescriptor.of(result, arguments));
    }

    private static MethodHandle procedure(String name, MemoryLayout... arguments) {
        return handle(name, FunctionDescriptor.ofVoid(arguments));
    }

    @SuppressWarnings("restricted") // the tests run with native access
    private static MethodHandle handle(String name, FunctionDescriptor descriptor) {
        return LINKER.downcallHandle(
                SYMBOLS.find(name).orElseThrow(() -> new AssertionError(LIBRARY + " has no " + name)), descriptor);
    }
}
