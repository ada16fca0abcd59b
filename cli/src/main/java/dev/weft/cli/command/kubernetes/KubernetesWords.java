package dev.weft.cli.command.kubernetes;

import dev.weft.kubernetes.inject.AdmissionVersion;
import dev.weft.kubernetes.inject.Inbound;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Options that take one of a few words: lower-case in what is typed, completed, and complained about. */
final class KubernetesWords {

    private KubernetesWords() {}

    private static <E extends Enum<E>> List<String> of(E[] values) {
        return Stream.of(values)
                .map(value -> value.name().toLowerCase(Locale.ROOT))
                .toList();
    }

    private static <E extends Enum<E>> E parse(String given, E[] values) {
        return Stream.of(values)
                .filter(value -> value.name().equalsIgnoreCase(given))
                .findFirst()
                .orElseThrow(() -> new TypeConversionException(
                        "'" + given + "' (expected: " + String.join(", ", of(values)) + ")"));
    }

    static final class ToInbound implements ITypeConverter<Inbound> {

        @Override
        public Inbound convert(String given) {
            return parse(given, Inbound.values());
        }
    }

    static final class Inbounds implements Iterable<String> {

        @Override
        public Iterator<String> iterator() {
            return of(Inbound.values()).iterator();
        }
    }

    static final class ToAdmission implements ITypeConverter<AdmissionVersion> {

        @Override
        public AdmissionVersion convert(String given) {
            return parse(given, AdmissionVersion.values());
        }
    }

    static final class Admissions implements Iterable<String> {

        @Override
        public Iterator<String> iterator() {
            return of(AdmissionVersion.values()).iterator();
        }
    }

    static final class PullPolicies implements Iterable<String> {

        @Override
        public Iterator<String> iterator() {
            return List.of("Always", "IfNotPresent", "Never").iterator();
        }
    }
}
