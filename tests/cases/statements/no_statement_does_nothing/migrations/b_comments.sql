-- This is an empty migration.
/* nor here */ ;;
