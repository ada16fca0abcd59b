package dev.weft.proxy.identity;

import java.security.Security;
import java.util.List;

/**
 * Reduces the JDK's cryptography in this process to what keys, certificates and tokens need. TLS is OpenSSL's alone;
 * but Netty looks for the JDK's TLS when it starts, and if it is there, loads it, with hundreds of classes.
 */
public final class SecurityProviders {
    private static final List<String> NEEDED = List.of("SUN", "SunRsaSign", "SunEC", "SunJCE");
    private static final String PROPERTY = "security.provider.";

    private SecurityProviders() {}

    /** Applies to the whole process. Must be called before the first use of a key or a certificate. */
    public static void reduce() {
        for (int i = 1; i <= NEEDED.size() || Security.getProperty(PROPERTY + i) != null; i++) {
            // An entry cannot be removed; one that repeats another adds nothing.
            Security.setProperty(PROPERTY + i, NEEDED.get(Math.min(i, NEEDED.size()) - 1));
        }
        Security.addProvider(new NoJdkTls());
    }
}
