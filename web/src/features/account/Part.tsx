import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client';
import { identitiesQuery } from '../../api/openid';
import { errorText } from '../../ui/parts';
import { Sure } from '../../ui/Sure';
import { toast } from '../../ui/toast';

/** Parts an account from who somebody is at the provider. */
export function Part({ user }: { user: string }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const part = useMutation({
    mutationFn: () => api.remove(`/users/${user}/identities`),
    onError: (error) => toast.bad(errorText(t, error)),
    onSettled: () => client.invalidateQueries({ queryKey: identitiesQuery(user).queryKey }),
  });
  return (
    <Sure
      question={t('account.part_sure')}
      action={t('account.part')}
      onSure={() => part.mutate()}
      loading={part.isPending}
    />
  );
}
