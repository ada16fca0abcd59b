package dev.weft.cli.command;

import dev.weft.identity.spiffe.InvalidSpiffeIdException;
import dev.weft.identity.spiffe.TrustDomain;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Parses a trust domain. */
public final class TrustDomainConverter implements ITypeConverter<TrustDomain> {

    @Override
    public TrustDomain convert(String given) {
        try {
            return TrustDomain.parse(given);
        } catch (InvalidSpiffeIdException e) {
            throw new TypeConversionException("'" + given + "' (" + e.getMessage() + ")");
        }
    }
}
