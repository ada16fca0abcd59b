package dev.weft.proxy.identity;

import java.security.Security;
import java.util.List;

/**
 * What the process has of the JDK's cryptography: enough for keys, certificates and tokens. TLS is OpenSSL's alone; but Netty
 * looks at the JDK's when it loads, and where there is one, that loads it, with hundreds of classes.
 */
public final class SecurityProviders {
    private static final List<String> NEEDED = List.of("SUN", "SunRsaSign", "SunEC", "SunJCE");
    private static final String PROPERTY = "security.provider.";

    private SecurityProviders() {}

    /** For the whole process, before anything has asked for a key or a certificate. */
    public static void reduce() {
        for (int i = 1; i <= NEEDED.size() || Security.getProperty(PROPERTY + i) != null; i++) {
            // An entry cannot be taken away; one that repeats another adds nothing.
            Security.setProperty(PROPERTY + i, NEEDED.get(Math.min(i, NEEDED.size()) - 1));
        }
        Security.addProvider(new NoJdkTls());
    }
}
